"""The points at which a pointwise layer is 0, turns, has a kink, or is not defined.

They lie where the graph says they can: where operands of max and min are equal, and those of |.|, of roots, of
logarithms and divisors are 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np

from evaluators.norm_act_layers.analysis.crossings import Points, crossings, line
from evaluators.norm_act_layers.analysis.known import EXACT, NUMERIC
from evaluators.norm_act_layers.analysis.pointwise import Pointwise
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import Layer, Reference

_BESIDE, _CLOSER = 1e-5, 1e-7
_SAME = 1e-3
_STEEP = 5.0
"""Factor by which what has no bound grows from the one distance to the other; the square root makes 10 of it."""


class Kind(StrEnum):
    """What happens at a point."""

    ZERO = "zero"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    KINK = "kink"
    CUSP = "infinite slope"
    JUMP = "jump"
    HOLE = "undefined, with a limit"
    EDGE = "edge of the domain"
    POLE = "pole"


SINGULAR = frozenset({Kind.JUMP, Kind.HOLE, Kind.EDGE, Kind.POLE})
NOT_DIFFERENTIABLE = frozenset({Kind.KINK, Kind.CUSP})


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the line.

    Attributes:
        kind: what happens there.
        x: where.
        y: the value there, on the left where it jumps; NaN where there is none.
        left: the slope on the left.
        right: the slope on the right.
        how: ``exact`` where the equation that it solves is linear in x and so has no other solution.
    """

    kind: Kind
    x: float
    y: float
    left: float
    right: float
    how: str


def special_points(layer: Pointwise) -> tuple[Point, ...]:
    """Returns the points, by their places.

    Those found numerically are between -1e6 and 1e6; where there are too many of a kind, as of sin(exp(x)), those
    nearest to 0 are kept.
    """
    if not layer.defined:
        return ()
    with np.errstate(all="ignore"):
        points = line()
        breaks = _breaks(layer, points)
        found = [point for place, how in breaks.items() if (point := _break(layer, place, how))]
        found += _zeros(layer, points, [point.x for point in found if point.kind in SINGULAR])
        found += _turns(layer, points, list(breaks))
    return tuple(sorted(found, key=lambda point: point.x))


def _breaks(layer: Pointwise, points: Points) -> dict[float, str]:
    """Returns where a node may have a kink or a pole, and how that is known."""
    solvable = layer.linear | layer.fixed
    values = layer.values(points)
    places: dict[float, str] = {}
    for reference, row in _equations(layer.layer):
        op, inputs, _ = layer.layer.nodes[reference - 1]
        # A quotient has its pole where the divisor is 0, whatever is divided.
        linear = solvable.issuperset(inputs[1:] if op == "div" else inputs)

        def equation(x: Points, row: Any = row, inputs: tuple[Reference, ...] = inputs) -> Points:
            at = layer.values(x)
            return np.broadcast_to(row(*[at[r] for r in inputs]), x.shape)

        found = crossings(equation, points, np.broadcast_to(row(*[values[r] for r in inputs]), points.shape))
        for place in found:
            near = next((p for p in places if abs(p - place) <= 1e-9 * max(1.0, abs(p))), place)
            places[near] = EXACT if linear or places.get(near) == EXACT else NUMERIC
    return places


def _equations(layer: Layer) -> Iterator[tuple[Reference, Any]]:
    for reference, node in enumerate(layer.nodes, 1):
        if not node.index_set:
            row = TENSOR_PRIMITIVES[node.op]
            for equation in (row.kink, row.pole):
                if equation is not None:
                    yield reference, equation


def _break(layer: Pointwise, place: float, how: str) -> Point | None:
    """Tells what the output does at a place where a node breaks; None where it does not care."""
    size = max(1.0, abs(place))
    offsets = size * np.array([-_BESIDE, -_CLOSER, _CLOSER, _BESIDE])
    at = layer.jet(place + np.append(offsets, 0.0))
    far_left, left, right, far_right, here = at.value.tolist()
    slopes = at.first.tolist()
    point = partial(Point, x=place, left=slopes[1], right=slopes[2], how=how)
    if math.isnan(left) or math.isnan(right):
        both = math.isnan(left) and math.isnan(right)
        return None if both else point(Kind.EDGE, y=here)
    if _explodes(far_left, left) or _explodes(far_right, right):
        return point(Kind.POLE, y=math.nan)
    tolerance = _SAME * max(1.0, abs(left), abs(right))
    # Steps towards the point tell a jump from a steep slope, which they reduce.
    if abs(left - right) > tolerance and abs(left - right) > 0.5 * abs(far_left - far_right):
        return point(Kind.JUMP, y=left)
    if not math.isfinite(here):
        return point(Kind.HOLE, y=(left + right) / 2)
    if _steep(slopes[0], slopes[1]) or _steep(slopes[3], slopes[2]):
        return point(Kind.CUSP, y=here)
    bent = abs(slopes[1] - slopes[2]) > _SAME * max(1.0, abs(slopes[1]), abs(slopes[2]))
    return point(Kind.KINK, y=here) if bent else None


def _explodes(far: float, near: float) -> bool:
    """Tells powers and logarithms, which change by 4.6 from the one distance to the other, from what has a limit."""
    return not math.isfinite(near) or (abs(near) > abs(far) and abs(near - far) > 1.0)


def _steep(far: float, near: float) -> bool:
    return not math.isfinite(near) or (abs(near) > 1.0 and abs(near) > _STEEP * abs(far))


def _zeros(layer: Pointwise, points: Points, singular: list[float]) -> list[Point]:
    values = layer.value(points)
    found = []
    for place in crossings(layer.value, points, np.asarray(values)):
        if not any(abs(place - other) <= 1e-9 * max(1.0, abs(other)) for other in singular):
            slope = float(layer.jet(np.array([place])).first[0])
            how = EXACT if len(layer.layer.nodes) in layer.linear else NUMERIC
            found.append(Point(Kind.ZERO, place, 0.0, slope, slope, how))
    return found


def _turns(layer: Pointwise, points: Points, breaks: list[float]) -> list[Point]:
    """Returns the extremes, at kinks too."""
    inner = points[np.abs(points) <= 1e3]

    def slope(x: Points) -> Points:
        return np.asarray(layer.jet(x).first)

    found = []
    for place in crossings(slope, inner, slope(inner)):
        step = _BESIDE * max(1.0, abs(place))
        before, after = slope(place + np.array([-step, step])).tolist()
        y = float(layer.value(np.array([place]))[0])
        exact = any(abs(place - other) <= 1e-9 * max(1.0, abs(other)) for other in breaks)
        if before * after < 0 and math.isfinite(y) and abs(before) < 1e12:
            kind = Kind.MINIMUM if before < 0 else Kind.MAXIMUM
            found.append(Point(kind, place, y, before, after, EXACT if exact and _is_kink(before, after) else NUMERIC))
    return found


def _is_kink(before: float, after: float) -> bool:
    return abs(before - after) > _SAME
