"""Export of a synthetic table: the file of a language, written only after it was executed and compared."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, cast

from runs.job.schema import nearest
from runs.synthesis.run import SynthesisRun

_PREFIX = "to_"


class Language(Protocol):
    """What a module ``runs/synthesis/export/to_<language>.py`` defines; adding the file adds the language."""

    SUFFIX: str

    def write(self, run: SynthesisRun, path: Path) -> None:
        """Writes the file, executed and compared first; raises ValueError when it differs or does not run."""
        ...


def languages() -> tuple[str, ...]:
    """Returns the names of all languages, sorted."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    return tuple(sorted(module.name.removeprefix(_PREFIX) for module in modules if module.name.startswith(_PREFIX)))


def check_languages(names: Iterable[str]) -> None:
    """Checks that a table can be exported to some languages, which a run does before it spends anything.

    Raises:
        ValueError: for an unknown one, with the nearest.
    """
    for name in names:
        if name not in languages():
            raise ValueError(f"a table is not exported to {name!r}; {nearest(name, list(languages()))}")


def suffix(language: str) -> str:
    """Returns the end of the names of a language's files: ``.py``.

    Raises:
        ValueError: when the language is unknown.
    """
    return _language(language).SUFFIX


def export_table(run: SynthesisRun, language: str, path: Path | None = None) -> Path:
    """Writes a run's table in a language and returns the file.

    Args:
        run: with a table.
        language: one of :func:`languages`.
        path: the file to create; by default in the run folder, named after the table.

    Raises:
        ValueError: when the file exists, the language is unknown, there is no table yet, or what the file gives when it
            is executed is not what it must be.
    """
    chosen = _language(language)
    place = run.table_path.with_name(run.table_path.stem + chosen.SUFFIX) if path is None else path
    if place.exists():
        raise ValueError(f"{str(place)!r} exists and is not overwritten; give another file name or remove it")
    if not place.parent.is_dir():
        raise ValueError(f"the folder {str(place.parent)!r} does not exist; make it, or give another file name")
    chosen.write(run, place)
    return place


def _language(name: str) -> Language:
    check_languages([name])
    return cast(Language, importlib.import_module(f"{__package__}.{_PREFIX}{name}"))
