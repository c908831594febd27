"""Export of a layer: its text in a language, and the file, written only after it was executed and compared."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Protocol, cast

from runs.folder.atomic import write_atomically
from runs.job.schema import nearest
from runs.layers.export.evidence import LayerEvidence
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.layer import Layer, validate

_PREFIX = "to_"


class Language(Protocol):
    """What a module ``runs/layers/export/to_<language>.py`` defines; adding the file adds the language."""

    SUFFIX: str

    def source(self, layer: Layer, evidence: LayerEvidence) -> str:
        """Returns the text of the file for a layer in canonical form."""
        ...

    def check(self, source: str, layer: Layer, evidence: LayerEvidence) -> None:
        """Executes the text and raises ValueError unless it computes what the layer does."""
        ...


def languages() -> tuple[str, ...]:
    """Returns the names of all languages, sorted."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    return tuple(sorted(module.name.removeprefix(_PREFIX) for module in modules if module.name.startswith(_PREFIX)))


def suffix(language: str) -> str:
    """Returns the suffix of the language's files: ``.py``.

    Raises:
        ValueError: when the language is unknown.
    """
    return _language(language).SUFFIX


def export(layer: Layer, language: str, evidence: LayerEvidence) -> str:
    """Returns the text of a layer in a language, not yet executed.

    Args:
        layer: any valid layer; what is exported is its canonical form.
        language: one of :func:`languages`.
        evidence: what is known about the layer; the text carries it.

    Raises:
        ValueError: when the language is unknown or the layer is malformed.
    """
    return _language(language).source(canonical(validate(layer)), evidence)


def write_export(layer: Layer, language: str, evidence: LayerEvidence, path: Path) -> str:
    """Executes the exported text, compares it with the evaluator's layer and only then writes the file.

    Args:
        layer: any valid layer; what is exported is its canonical form.
        language: one of :func:`languages`.
        evidence: what is known about the layer.
        path: the file to create.

    Returns:
        the text written.

    Raises:
        ValueError: when the file exists, the language is unknown or cannot be executed here, or a value differs.
    """
    chosen = _language(language)
    if path.exists():
        raise ValueError(f"{str(path)!r} exists and is not overwritten; give another file name or remove it")
    if not path.parent.is_dir():
        raise ValueError(f"the folder {str(path.parent)!r} does not exist; make it, or give another file name")
    source = export(layer, language, evidence)
    chosen.check(source, canonical(layer), evidence)
    write_atomically(path, source.encode())
    return source


def _language(name: str) -> Language:
    if name not in languages():
        raise ValueError(f"a layer is not exported to {name!r}; {nearest(name, list(languages()))}")
    return cast(Language, importlib.import_module(f"{__package__}.{_PREFIX}{name}"))
