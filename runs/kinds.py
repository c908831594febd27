"""The kinds of search by name; a new one is one folder and one row here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from runs.float32.kind import FLOAT32_FUNCTIONS
from runs.functions.kind import REAL_FUNCTIONS
from runs.kind import Kind
from runs.layers.kind import NORM_ACT_LAYERS
from runs.synthesis.kind import SYNTHETIC_DATA

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (REAL_FUNCTIONS, FLOAT32_FUNCTIONS, SYNTHETIC_DATA, NORM_ACT_LAYERS)}
)
"""Every kind by its name."""


def names() -> list[str]:
    """Returns the names by which the kinds are called on the command line, those of functions apart."""
    return [name for kind in KINDS.values() for name in kind.names]


def kind_called(name: str) -> Kind | None:
    """Returns the kind of a name on the command line, be it the kind's own; None when it can only be a function's."""
    return next((kind for kind in KINDS.values() if name in (kind.name, *kind.names)), None)


def kind_named(name: str, source: str) -> Kind:
    """Returns a kind by its name.

    Raises:
        ValueError: naming the source when there is no such kind.
    """
    if name not in KINDS:
        raise ValueError(f"{source}: the kind of search must be one of {', '.join(KINDS)}, not {name!r}")
    return KINDS[name]


def kind_of_sections(data: Mapping[str, object]) -> Kind:
    """Returns the kind whose section is there; jobs without any are taken for functions, whose errors name what lacks.

    Args:
        data: a job file.
    """
    return next((kind for kind in KINDS.values() if kind.section in data), REAL_FUNCTIONS)
