"""The derivative of a pointwise layer: at 0, its bounds, whether the layer is monotone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from evaluators.norm_act_layers.analysis.crossings import NEAR, REACH, Points
from evaluators.norm_act_layers.analysis.intervals import Enclosure, Interval, enclose
from evaluators.norm_act_layers.analysis.known import EXACT, NUMERIC, UNKNOWN, Known
from evaluators.norm_act_layers.analysis.pointwise import Pointwise
from search_spaces.norm_act_layers.layer import X

_CELLS = 8192
_RATIO = 1.01
_ROUNDING = 1e-9


class Range(NamedTuple):
    """What lies between two figures."""

    low: float
    high: float

    @property
    def size(self) -> float:
        """The greatest absolute value, NaN where there is none."""
        return max(abs(self.low), abs(self.high)) if self.low <= self.high else math.nan


@dataclass(frozen=True, slots=True)
class Slopes:
    """The derivative by x, moments held fixed.

    Attributes:
        value_at_0: of the layer.
        at_0: the derivative at 0; NaN where there is none, or where those on the left and on the right differ.
        second_at_0: the second derivative at 0.
        sampled: the range on [-10, 10], at points.
        enclosed: bounds on [-10, 10] by interval arithmetic, infinite where it finds none.
        everywhere: the same for all numbers up to a million.
        monotone: ``increasing``, ``decreasing``, ``constant`` or ``no``; never decreasing is increasing.
        monotone_how: ``exact`` where the bounds show it.
        lipschitz: the Lipschitz constant; infinite where the slope has no bound, at a point or far out.
    """

    value_at_0: Known
    at_0: Known
    second_at_0: Known
    sampled: Range
    enclosed: Range
    everywhere: Range
    monotone: str
    monotone_how: str
    lipschitz: Known


def slopes(layer: Pointwise, singular: bool, superlinear: bool) -> Slopes:
    """Returns what there is to know of the derivative.

    Args:
        layer: any.
        singular: whether the layer has poles, jumps or infinite slopes.
        superlinear: whether it grows faster than a line.
    """
    nothing = Range(math.nan, math.nan)
    if not layer.defined:
        return Slopes(UNKNOWN, UNKNOWN, UNKNOWN, nothing, nothing, nothing, "no", NUMERIC, UNKNOWN)
    at = layer.jet(np.array([-1e-6, 0.0, 1e-6]))
    value, first, second = (part.tolist() for part in at)
    smooth = math.isfinite(first[1]) and abs(first[0] - first[2]) <= 1e-4 * max(1.0, abs(first[1]))
    bent = smooth and math.isfinite(second[1]) and abs(second[0] - second[2]) <= 1e-3 * max(1.0, abs(second[1]))
    near = np.linspace(-NEAR, NEAR, 2 * _CELLS + 1)
    far = np.geomspace(NEAR, REACH, math.ceil(math.log(REACH / NEAR) / math.log(_RATIO)))
    beyond = np.concatenate([-far[::-1], far])
    sampled = _range(np.asarray(layer.jet(near).first))
    outside = _range(np.asarray(layer.jet(beyond).first))
    enclosed = _hull(_enclosure(layer, near))
    # The cell around 0 that this leaves is in the other.
    rest = _hull(_enclosure(layer, -far[::-1]), _enclosure(layer, far))
    everywhere = Range(min(enclosed.low, rest.low), max(enclosed.high, rest.high))
    monotone, how = _monotone(
        Range(min(sampled.low, outside.low), max(sampled.high, outside.high)), everywhere, singular
    )
    return Slopes(
        Known(value[1], EXACT),
        Known(first[1] if smooth else math.nan, EXACT),
        Known(second[1] if bent else math.nan, EXACT),
        sampled,
        enclosed,
        everywhere,
        monotone,
        how,
        Known(math.inf, NUMERIC) if singular or superlinear else _lipschitz(sampled, outside, everywhere),
    )


def _range(values: Points) -> Range:
    defined = values[~np.isnan(values)]
    return Range(float(defined.min()), float(defined.max())) if defined.size else Range(math.nan, math.nan)


def _enclosure(layer: Pointwise, edges: Points) -> Interval:
    """Encloses the derivative between neighbouring points."""
    low, high = edges[:-1], edges[1:]
    one = np.ones_like(low)

    def fixed(value: Any) -> Enclosure:
        at = np.full_like(low, value)
        return Enclosure(Interval(at, at), Interval(0 * one, 0 * one))

    values = {-1 - i: fixed(leaf.value) for i, leaf in enumerate(layer.layer.leaves)}
    values[X] = Enclosure(Interval(low, high), Interval(one, one))
    constants, numbers = layer.fixed, layer.values(np.zeros(1))
    with np.errstate(all="ignore"):
        for reference, node in enumerate(layer.layer.nodes, 1):
            if reference in constants:
                values[reference] = fixed(numbers[reference])
            else:
                values[reference] = enclose(node.op, tuple(values[r] for r in node.inputs))
    return values[len(layer.layer.nodes)].slope


def _hull(*parts: Interval) -> Range:
    """Joins cells; those in which the layer is not defined have no slope."""
    low = np.concatenate([np.broadcast_to(part.low, np.shape(part.high)) for part in parts])
    high = np.concatenate([np.broadcast_to(part.high, np.shape(part.low)) for part in parts])
    known = ~(np.isnan(low) & np.isnan(high))
    if not known.any():
        return Range(math.nan, math.nan)
    low, high = low[known], high[known]
    low, high = np.where(np.isnan(low), -math.inf, low), np.where(np.isnan(high), math.inf, high)
    return Range(float(low.min()), float(high.max()))


def _monotone(sampled: Range, enclosed: Range, singular: bool) -> tuple[str, str]:
    if sampled.low == sampled.high == 0:
        return "constant", NUMERIC
    tiny = _ROUNDING * sampled.size
    for name, rises, shown in (
        ("increasing", sampled.low >= -tiny, enclosed.low >= 0),
        ("decreasing", sampled.high <= tiny, enclosed.high <= 0),
    ):
        if rises and not singular:
            return name, EXACT if shown else NUMERIC
    return "no", EXACT if sampled.low < -tiny and sampled.high > tiny else NUMERIC


def _lipschitz(sampled: Range, outside: Range, enclosed: Range) -> Known:
    """Takes the greatest slope at a point, which is exact where the bounds come as close."""
    size = max(sampled.size, outside.size)
    return Known(size, EXACT if enclosed.size <= size * (1 + _ROUNDING) else NUMERIC)
