"""Where functions take effort: the parts of the line on which programs are fitted and watched most closely."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from evaluators.float32_functions.targets import REDUCTION_LIMIT, MachineTarget

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the line.

    Attributes:
        lower: the least input, or the least distance from the centre where ``logarithmic``.
        upper: the greatest.
        logarithmic: whether inputs are spread evenly in the logarithm of their distance from the centre.
        centre: from which distances count.
        sides: in which directions they go.
    """

    lower: float
    upper: float
    logarithmic: bool = False
    centre: float = 0.0
    sides: tuple[int, ...] = (-1, 1)

    def inputs(self, count: int, phase: float = 0.5) -> Doubles:
        """Returns inputs spread over the stretch.

        Args:
            count: how many on each side.
            phase: of the first one in its share of the stretch, from 0 to 1.
        """
        shares = (np.arange(count) + phase) / count
        if not self.logarithmic:
            return self.lower + (self.upper - self.lower) * shares
        low, high = math.log2(self.lower), math.log2(self.upper)
        distances = np.exp2(low + (high - low) * shares)
        return np.concatenate([self.centre + side * distances for side in self.sides])


def _around_zero(least: float, greatest: float) -> Stretch:
    return Stretch(2.0**least, greatest, logarithmic=True)


_LOGARITHM = (
    Stretch(2.0**-126, 2.0**127.99, logarithmic=True, sides=(1,)),
    Stretch(0.4, 2.6),
    Stretch(2.0**-23, 0.6, logarithmic=True, centre=1.0),
)
_PERIODIC = (
    Stretch(-REDUCTION_LIMIT, REDUCTION_LIMIT),
    Stretch(-6.5, 6.5),
    _around_zero(-16, REDUCTION_LIMIT),
)
_EFFORT = MappingProxyType(
    {
        "exp2": (Stretch(-126, 128), Stretch(-1, 1), _around_zero(-26, 1)),
        "exp": (Stretch(-87.4, 88.8), Stretch(-1, 1), _around_zero(-26, 1)),
        "expm1": (Stretch(-17.5, 88.8), Stretch(-1.5, 1.5), _around_zero(-30, 2)),
        "log2": _LOGARITHM,
        "log": _LOGARITHM,
        "log1p": (
            Stretch(2.0**-26, 2.0**127.99, logarithmic=True, sides=(1,)),
            Stretch(-1, 3),
            _around_zero(-26, 1),
            Stretch(2.0**-23, 0.5, logarithmic=True, centre=-1.0, sides=(1,)),
        ),
        "sin": _PERIODIC,
        "cos": _PERIODIC,
        "tanh": (Stretch(-9.1, 9.1), Stretch(-1, 1), _around_zero(-16, 9.1)),
        "erf": (Stretch(-4, 4), Stretch(-1.2, 1.2), _around_zero(-16, 4)),
        "sigmoid": (Stretch(-87.4, 17.5), Stretch(-2, 2), _around_zero(-26, 17)),
        "gelu": (Stretch(-13.5, 6), Stretch(-3, 1), _around_zero(-26, 13)),
    }
)
"""By function, in float32; the other formats have no more."""


def spread_inputs(target: MachineTarget, count: int, phase: float = 0.5) -> Doubles:
    """Returns inputs of a target's domain where the function takes effort, of each stretch as many.

    Args:
        target: the function and its domain.
        count: how many, nearly.
        phase: as in :meth:`Stretch.inputs`; sets of different phases have no inputs in common.
    """
    stretches = list(_EFFORT[target.name])
    if math.isfinite(target.lower) and math.isfinite(target.upper):
        stretches.append(Stretch(target.lower, target.upper))
    inside = [_cut(stretch, target) for stretch in stretches]
    shares = [stretch for stretch in inside if stretch is not None]
    parts = [
        row.inputs(-(-count // (len(shares) * (len(row.sides) if row.logarithmic else 1))), phase) for row in shares
    ]
    inputs = np.concatenate(parts) if parts else np.zeros(0)
    return inputs[target.contains(inputs)]


def _cut(stretch: Stretch, target: MachineTarget) -> Stretch | None:
    """Returns the part of a stretch within the domain; one around a centre is left whole where any of it is inside."""
    if stretch.logarithmic:
        return stretch if target.contains(stretch.inputs(64)).any() else None
    lower, upper = max(stretch.lower, target.lower), min(stretch.upper, target.upper)
    return Stretch(lower, upper) if lower < upper else None
