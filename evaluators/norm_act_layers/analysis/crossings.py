"""Where functions of x are 0, on a line of points that is dense around 0 and thins out beyond."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]
Function: TypeAlias = Callable[[Points], Any]

NEAR, REACH = 10.0, 1e6
"""Up to where points are evenly spaced, and how far out they go."""

_STEP = 1 / 256
_RATIO = 1.01
_HALVINGS = 60
_NOISE = 1e-12
MOST = 24
"""Crossings of one function that are kept, those nearest to 0."""


def line() -> Points:
    """Returns the points, in order; 0 and all whole numbers up to :data:`NEAR` are among them."""
    near = np.arange(0.0, NEAR, _STEP)
    count = math.ceil(math.log(REACH / NEAR) / math.log(_RATIO))
    half = np.concatenate([near, np.geomspace(NEAR, REACH, count)])
    return np.concatenate([-half[:0:-1], half])


def crossings(function: Function, points: Points, values: Points) -> list[float]:
    """Returns where a function passes 0, by bisection between points where its sign differs, and where it touches it.

    Args:
        function: of points.
        points: in order.
        values: of the function, at the points.

    Returns:
        in order; the :data:`MOST` nearest to 0. Of runs of points where it is 0 both ends. What fades out, as exp(-x)
        does until it underflows, is not taken to have a 0.
    """
    found = points[_touches(values)].tolist()
    sign, large = np.sign(values), np.abs(values) > _NOISE
    passes = np.flatnonzero((sign[:-1] * sign[1:] < 0) & (large[:-1] | large[1:]))
    passes = passes[np.argsort(np.abs(points[passes]), kind="stable")][:MOST]
    found += _bisect(function, points[passes], points[passes + 1]).tolist()
    return sorted(sorted(found, key=abs)[:MOST])


def _touches(values: Points) -> NDArray[np.bool_]:
    zero = np.pad(values == 0, 1, constant_values=True)
    large = np.pad(np.abs(values) > _NOISE, 1)
    before, after = zero[:-2], zero[2:]
    alone = zero[1:-1] & ~before & ~after
    end = zero[1:-1] & ((before & large[2:]) | (after & large[:-2]))
    return np.asarray(alone | end)


def _bisect(function: Function, low: Points, high: Points) -> Points:
    if not low.size:
        return low
    start = np.sign(function(low))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        same = np.sign(function(middle)) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return (low + high) / 2
