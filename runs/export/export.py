"""Export of a program: its text in a language, and the file, written only after it was executed and compared."""

from __future__ import annotations

import importlib
import math
import pkgutil
from pathlib import Path
from typing import Protocol, cast

from runs.export.evidence import Evidence
from runs.folder.atomic import write_atomically
from search_spaces.program import Program, validate

_PREFIX = "to_"


class Language(Protocol):
    """What a module ``runs/export/to_<language>.py`` defines; adding the file adds the language."""

    SUFFIX: str

    def source(self, program: Program, evidence: Evidence) -> str:
        """Returns the text of the file."""
        ...

    def check(self, source: str, program: Program, evidence: Evidence) -> None:
        """Executes the text and raises ValueError unless it computes what the program does."""
        ...


def languages() -> tuple[str, ...]:
    """Returns the names of all languages, sorted."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    return tuple(sorted(module.name.removeprefix(_PREFIX) for module in modules if module.name.startswith(_PREFIX)))


def suffix(language: str) -> str:
    """Returns the suffix of the language's files: ``.py``."""
    return _language(language).SUFFIX


def export(program: Program, language: str, evidence: Evidence) -> str:
    """Returns the source text of a program, not yet executed.

    Args:
        program: the program.
        language: one of :func:`languages`.
        evidence: what is known about the program; the text carries it.

    Raises:
        ValueError: when the language is unknown, or the program is malformed or has a constant that is not finite.
    """
    validate(program)
    for number, (high, low) in enumerate(program.constants):
        if not (math.isfinite(high) and math.isfinite(low)):
            raise ValueError(f"constant c{number} of an exported program must be finite, not {high!r} + {low!r}")
    return _language(language).source(program, evidence)


def write_export(program: Program, language: str, evidence: Evidence, path: Path) -> str:
    """Executes the exported text, compares it with the evaluator and only then writes the file.

    Args:
        program: the program.
        language: one of :func:`languages`.
        evidence: what is known about the program.
        path: the file to create.

    Returns:
        the text written.

    Raises:
        ValueError: when the file exists, the language is unknown or cannot be executed here, or a value differs.
    """
    if path.exists():
        raise ValueError(f"{path} exists and is not overwritten; give another file name or remove it")
    source = export(program, language, evidence)
    _language(language).check(source, program, evidence)
    write_atomically(path, source.encode())
    return source


def _language(name: str) -> Language:
    if name not in languages():
        raise ValueError(f"language {name!r} is unknown; use one of: {', '.join(languages())}")
    return cast(Language, importlib.import_module(f"runs.export.{_PREFIX}{name}"))
