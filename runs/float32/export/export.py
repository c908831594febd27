"""Export of a machine program: its text in a language, and the files, written only after they were executed."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Protocol, cast

from runs.float32.export.evidence import Evidence
from runs.float32.export.module_text import Loader
from runs.float32.export.test_file import name_of_test, written_test
from runs.float32.export.verification import Expected, check
from runs.folder.atomic import write_atomically
from search_spaces.float32_functions.typed_program import TypedProgram, validate

_PREFIX = "to_"


class Language(Protocol):
    """What a module ``runs/float32/export/to_<language>.py`` defines; adding the file adds the language.

    Attributes:
        SUFFIX: of its files.
        NEEDS: what its test needs beside NumPy, in words.
        EXPECTED: gives the values that it must have.
    """

    SUFFIX: str
    NEEDS: str
    EXPECTED: Expected

    def source(self, program: TypedProgram, evidence: Evidence) -> str:
        """Returns the text of the file, raising ValueError where the language has no such format."""
        ...

    def test_loader(self, program: TypedProgram, evidence: Evidence) -> Loader:
        """Returns how the test file loads the export."""
        ...

    def executable(self) -> bool:
        """Tells whether a file can be executed here, raising ValueError where that only takes an installation."""
        ...


def languages() -> tuple[str, ...]:
    """Returns the names of all languages, sorted."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    return tuple(sorted(module.name.removeprefix(_PREFIX) for module in modules if module.name.startswith(_PREFIX)))


def suffix(language: str) -> str:
    """Returns the suffix of the language's files: ``.py``."""
    return _language(language).SUFFIX


def export(program: TypedProgram, language: str, evidence: Evidence) -> str:
    """Returns the source text of a program, not yet executed.

    Args:
        program: the program.
        language: one of :func:`languages`.
        evidence: what is known about the program; the text carries it.

    Raises:
        ValueError: when the language is unknown or has no numbers of the program's format.
    """
    return _language(language).source(validate(program), evidence)


def path_of_test(path: Path) -> Path:
    """Returns where the test of an exported file lies: beside it."""
    return path.with_name(name_of_test(path.name))


def write_export(program: TypedProgram, language: str, evidence: Evidence, path: Path) -> str:
    """Executes the exported text and its test, compares it with the program and only then writes both files.

    Args:
        program: the program.
        language: one of :func:`languages`.
        evidence: what is known about the program.
        path: the file to create; :func:`path_of_test` says where its test lies.

    Returns:
        the text written.

    Raises:
        ValueError: when a file exists, the language is unknown or cannot be executed here, or a value differs.
    """
    for file in (path, path_of_test(path)):
        if file.exists():
            raise ValueError(f"{file} exists and is not overwritten; give another file name or remove it")
    source, module = export(program, language, evidence), _language(language)
    test = written_test(program, evidence, path.name, module.test_loader(program, evidence), module.NEEDS)
    if module.executable():
        check(language, program, evidence, path.name, source, test, module.EXPECTED)
    write_atomically(path, source.encode())
    write_atomically(path_of_test(path), test.encode())
    return source


def _language(name: str) -> Language:
    if name not in languages():
        raise ValueError(f"language {name!r} is unknown; use one of: {', '.join(languages())}")
    return cast(Language, importlib.import_module(f"runs.float32.export.{_PREFIX}{name}"))
