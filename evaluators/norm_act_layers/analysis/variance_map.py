"""The map of a pointwise layer from the mean square of its input to that of its output, for normal inputs of mean 0."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from evaluators.norm_act_layers.analysis.gaussian import expectation
from evaluators.norm_act_layers.analysis.pointwise import Pointwise

_DECADES, _POINTS = 4, 33
_HALVINGS = 30
_STEP = 1e-2


class FixedPoint(NamedTuple):
    """A mean square that stays.

    Attributes:
        square: the mean square.
        slope: by which a small deviation from it is multiplied; the point is stable where it is between -1 and 1.
    """

    square: float
    slope: float


@dataclass(frozen=True, slots=True)
class VarianceMap:
    """q -> E[g(sqrt(q) z)^2], which is what a layer behind weights of variance 1/N does (Poole et al. 2016).

    Attributes:
        fixed_points: between 1e-4 and 1e4.
        small: what small mean squares do: ``shrinks``, ``grows``, ``stays`` or ``undefined``.
        large: what large ones do.
        degree: of the map at q = 1; below 1, weights of the forward gain make q = 1 a stable point.
    """

    fixed_points: tuple[FixedPoint, ...]
    small: str
    large: str
    degree: float


def variance_map(layer: Pointwise) -> VarianceMap:
    """Returns the map of a layer without moments."""
    squares = np.logspace(-_DECADES, _DECADES, _POINTS)
    growth = np.array([_growth(layer, q) for q in squares])
    found = []
    for i in np.flatnonzero(np.sign(growth[:-1]) * np.sign(growth[1:]) < 0):
        square = _root(layer, squares[i], squares[i + 1])
        found.append(FixedPoint(square, _degree(layer, square)))
    return VarianceMap(tuple(found), _word(growth[0]), _word(growth[-1]), _degree(layer, 1.0))


def _growth(layer: Pointwise, square: float) -> float:
    """Returns the logarithm of the factor by which a mean square grows."""
    after = expectation(lambda z: layer.value(math.sqrt(square) * z) ** 2)
    if after == 0:
        return -math.inf
    growth = math.log(after / square)
    return 0.0 if abs(growth) < 1e-9 else growth


def _degree(layer: Pointwise, square: float) -> float:
    """Returns the derivative of log q' by log q, which at a fixed point is that of q' by q."""
    ahead, behind = _growth(layer, square * math.exp(_STEP)), _growth(layer, square * math.exp(-_STEP))
    return 1 + (ahead - behind) / (2 * _STEP) if math.isfinite(ahead - behind) else math.nan


def _root(layer: Pointwise, low: float, high: float) -> float:
    start = math.copysign(1, _growth(layer, low))
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if math.copysign(1, _growth(layer, middle)) == start else (low, middle)
    return math.sqrt(low * high)


def _word(growth: float) -> str:
    if math.isnan(growth):
        return "undefined"
    return "stays" if growth == 0 else ("grows" if growth > 0 else "shrinks")
