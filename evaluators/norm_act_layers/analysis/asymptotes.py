"""Where a pointwise layer goes far out: limits, lines and powers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evaluators.norm_act_layers.analysis.crossings import Points
from evaluators.norm_act_layers.analysis.expansion import Expansion, expand, number
from evaluators.norm_act_layers.analysis.known import EXACT, NUMERIC
from evaluators.norm_act_layers.analysis.pointwise import Pointwise
from search_spaces.norm_act_layers.layer import X

_FAR = (1e3, 1e4, 1e5)
_AGREES = 1e-3


@dataclass(frozen=True, slots=True)
class Asymptote:
    """The behaviour as x goes to infinity on one side.

    The layer is like coefficient * |x|^power; with power 1 like coefficient * |x| + offset.

    Attributes:
        side: 1 for x to infinity, -1 for x to minus infinity.
        power: 0 where there is a finite limit, infinite where it grows faster than any power, NaN where it oscillates,
            is undefined or is like no power.
        coefficient: of the power; the limit where that is 0, the sign where it is infinite.
        offset: with power 1, NaN where there is no straight line.
        how: ``exact`` or ``numeric``.
    """

    side: int
    power: float
    coefficient: float
    offset: float
    how: str

    @property
    def slope(self) -> float:
        """The slope by x of the straight line, 0 where there is a limit, NaN where there is neither."""
        if self.power == 1:
            return self.side * self.coefficient
        return 0.0 if self.power == 0 else math.nan


def asymptote(layer: Pointwise, side: int) -> Asymptote:
    """Returns the behaviour on one side: by expansion where that is known, else by a look far out."""
    if not layer.defined:
        return Asymptote(side, math.nan, math.nan, math.nan, NUMERIC)
    output = _expansion(layer, side)
    return _exact(output, side) or _measured(layer, side)


def _expansion(layer: Pointwise, side: int) -> Expansion | None:
    values = {-1 - i: number(leaf.value) for i, leaf in enumerate(layer.layer.leaves)}
    values[X] = Expansion({1.0: float(side)})
    for reference, node in enumerate(layer.layer.nodes, 1):
        if node.index_set:
            values[reference] = number(layer.moments[reference])
        else:
            values[reference] = expand(node.op, tuple(values[r] for r in node.inputs))
    return values[len(layer.layer.nodes)]


def _exact(output: Expansion | None, side: int) -> Asymptote | None:
    if output is None:
        return None
    if output.grows:
        return Asymptote(side, math.inf, output.grows, math.nan, EXACT)
    power = output.power
    if power <= 0:
        return Asymptote(side, 0.0, output.terms.get(0.0, 0.0), 0.0, EXACT) if output.error < 0 else None
    between = [p for p in output.terms if 0 < p < power]
    straight = power == 1 and not between and output.error < 0
    offset = output.terms.get(0.0, 0.0) if straight else math.nan
    return Asymptote(side, power, output.terms[power], offset, EXACT)


def _measured(layer: Pointwise, side: int) -> Asymptote:
    """Compares the values at three decades, and beside them, as what oscillates may agree by chance."""
    points = np.array([x * factor for x in _FAR for factor in (1.0, 1.37)])
    values = layer.value(side * points)
    power = coefficient = offset = math.nan
    if not np.isnan(values).any() and np.isinf(values[-2:]).all() and values[-1] == values[-2]:
        power, coefficient = math.inf, float(np.sign(values[-1]))
    elif np.isfinite(values).all():
        slopes = np.diff(values[::2]) / np.diff(points[::2])
        beside = np.diff(values[::2] - values[1::2]) / np.diff(points[::2] - points[1::2])
        if np.ptp(values) <= _AGREES * max(1.0, float(np.abs(values).max())):
            power, coefficient, offset = 0.0, float(values[-1]), 0.0
        elif _agree(*slopes, *beside):
            power, coefficient = 1.0, float(slopes[-1])
            offset = float(values[-2] - slopes[-1] * points[-2])
        else:
            power, coefficient = _power(points, values)
    return Asymptote(side, power, coefficient, offset, NUMERIC)


def _agree(*figures: float) -> bool:
    return max(figures) - min(figures) <= _AGREES * max(map(abs, figures))


def _power(points: Points, values: Points) -> tuple[float, float]:
    """Fits a power; what oscillates or changes its sign has none."""
    if not (np.sign(values) == np.sign(values[0])).all() or values[0] == 0:
        return math.nan, math.nan
    powers = np.diff(np.log(np.abs(values))) / np.diff(np.log(points))
    power = float(powers[-1])
    if not _agree(*powers) or power <= 0:
        return math.nan, math.nan
    return power, float(values[-1] / points[-1] ** power)
