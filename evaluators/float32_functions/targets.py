"""Targets of machine programs: a function, and the inputs on which programs must come near it."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

REDUCTION_LIMIT = 8192.0
"""How far sin and cos go: beyond it, an argument takes more bits of pi than three floats hold."""


@dataclass(frozen=True, slots=True)
class MachineTarget:
    """What a program of machine operations is to compute.

    Attributes:
        name: the key of the row, by which reference values are known.
        lower: least input of the closed domain; -inf belongs to it where it is the end.
        upper: greatest input.
        nan: whether NaN belongs to the domain too; its image is NaN.
        direction: 1 where the function grows on its whole domain, 0 where it turns.
    """

    name: str
    lower: float = -math.inf
    upper: float = math.inf
    nan: bool = True
    direction: int = 1

    @property
    def full(self) -> bool:
        """Whether every input belongs to the domain."""
        return self.lower == -math.inf and self.upper == math.inf and self.nan

    def contains(self, x: NDArray[Any]) -> NDArray[np.bool_]:
        """Returns which inputs belong to the domain.

        Args:
            x: numbers of any format.
        """
        with np.errstate(invalid="ignore"):
            value = np.asarray(x).astype(np.float64)
        inside = (value >= self.lower) & (value <= self.upper)
        return inside | np.isnan(value) if self.nan else inside


_ROWS = (
    MachineTarget("exp2"),
    MachineTarget("exp"),
    MachineTarget("log2"),
    MachineTarget("log"),
    MachineTarget("sin", -REDUCTION_LIMIT, REDUCTION_LIMIT, direction=0),
    MachineTarget("cos", -REDUCTION_LIMIT, REDUCTION_LIMIT, direction=0),
    MachineTarget("tanh"),
    MachineTarget("erf"),
    MachineTarget("sigmoid"),
    MachineTarget("gelu", direction=0),
    MachineTarget("expm1"),
    MachineTarget("log1p"),
)

TARGETS = MappingProxyType({row.name: row for row in _ROWS})
"""Every target by its name, on all inputs but for sin and cos."""


def target(name: str, lower: float | None = None, upper: float | None = None) -> MachineTarget:
    """Returns a target, on its own domain or on a part of the line.

    Args:
        name: the key in ``TARGETS``.
        lower: the least input; the registered one by default.
        upper: the greatest input; the registered one by default.

    Returns:
        the target; where an end is given, NaN does not belong to its domain.

    Raises:
        ValueError: for an unknown name (naming the nearest), or a domain that holds no two inputs or, for sin and
            cos, reaches beyond their limit.
    """
    row = _row(name)
    if lower is None and upper is None:
        return row
    chosen = replace(
        row, lower=row.lower if lower is None else float(lower), upper=row.upper if upper is None else float(upper),
        nan=False,
    )  # fmt: skip
    if not chosen.lower < chosen.upper:
        raise ValueError(
            f"the domain of {name} is empty or reversed: {lower},{upper}; give the smaller end first, as in 0,1"
        )
    if chosen.lower < row.lower or chosen.upper > row.upper:
        raise ValueError(
            f"{name} has reference values on {row.lower:g},{row.upper:g} only, not on all of "
            f"{chosen.lower:g},{chosen.upper:g}; choose a domain within"
        )
    return chosen


def _row(name: str) -> MachineTarget:
    if name not in TARGETS:
        near = difflib.get_close_matches(name, TARGETS, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ";"
        raise ValueError(f"unknown float32 function {name!r}{hint} known are: {', '.join(TARGETS)}")
    return TARGETS[name]
