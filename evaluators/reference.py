"""Reference values of targets in double-double, correct to about 106 bits, computed by ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from flint import arb, fmpq
from numpy.typing import NDArray

from evaluators.balls import Ball, from_double_double, precision, to_double_double
from evaluators.targets import Target

DoubleDouble: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""The leading and the trailing parts of many numbers, each ``(num_points,)``."""

RELIABLE_BITS = 112
PRECISIONS = (192, 384, 768, 1536)
OPEN_END_BITS = 40
"""How near an open end of a domain is approached: to the domain's width over 2 to this power."""


def chebyshev_balls(target: Target, num_points: int) -> list[Ball]:
    """Returns exact points near the extrema of a Chebyshev polynomial on the domain, both ends included.

    An end that is open is approached to within the domain's width / 2^40.

    Args:
        target: whose domain is taken.
        num_points: how many, at least 2; point k is middle - half width * cos(pi k / (num_points - 1)).
    """
    if num_points < 2:
        raise ValueError(f"num_points must be at least 2 to hold both ends of the domain, not {num_points}")
    lower, upper = target.ends()
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    inner = [middle - half * arb.cos_pi_fmpq(fmpq(k, num_points - 1)) for k in range(1, num_points - 1)]
    gap = (upper - lower) / 2**OPEN_END_BITS
    first, last = lower + gap * target.open_lower, upper - gap * target.open_upper
    return [point.mid() for point in (first, *inner, last)]


def chebyshev_points(target: Target, num_points: int) -> DoubleDouble:
    """Returns the extrema of a Chebyshev polynomial on the domain in ascending order, both ends included.

    Args:
        target: whose domain is taken.
        num_points: how many, at least 2.

    Returns:
        (high, low), each float64 ``(num_points,)``.
    """
    with precision(PRECISIONS[0]):
        return _pack([to_double_double(point) for point in chebyshev_balls(target, num_points)])


def reference_values(target: Target, points: DoubleDouble) -> DoubleDouble:
    """Returns the target's values.

    Args:
        target: the function.
        points: (high, low), each float64 ``(num_points,)``.

    Returns:
        (high, low), each float64 ``(num_points,)``, correct to about 106 bits.
    """
    return _map(target.function.enclose, points)


def weights(target: Target, points: DoubleDouble) -> DoubleDouble:
    """Returns the factor that turns the difference program(x) - f(x) into the error of the target's metric.

    Args:
        target: whose weight w and metric are taken; the factor is w / f(x) for relative error, w for absolute.
        points: (high, low), each float64 ``(num_points,)``.

    Returns:
        (high, low), each float64 ``(num_points,)``; negative where relative error is taken of a negative value.
    """
    return _map(lambda x: factor(target, x, target.function.enclose(x)), points)


def factor(target: Target, x: Any, value: Any) -> Any:
    """Returns the factor of the difference program(x) - f(x) in the error, for balls or power series.

    Args:
        target: whose weight and metric are taken.
        x: the point, ``flint.arb`` or ``flint.arb_series``.
        value: f(x).
    """
    weight = target.weight_function.enclose(x)
    return weight / value if target.metric == "relative" else weight


def _map(function: Callable[[Ball], Ball], points: DoubleDouble) -> DoubleDouble:
    return _pack([_accurate(function, high, low) for high, low in zip(*points, strict=True)])


def _accurate(function: Callable[[Ball], Ball], high: float, low: float) -> tuple[float, float]:
    for bits in PRECISIONS:
        with precision(bits):
            value = function(from_double_double((high, low)))
            if value.rel_accuracy_bits() >= RELIABLE_BITS or value.is_exact() or bits == PRECISIONS[-1]:
                break
    with precision(PRECISIONS[-1]):
        return to_double_double(value)


def _pack(numbers: list[tuple[float, float]]) -> DoubleDouble:
    array = np.array(numbers, dtype=np.float64).reshape(-1, 2)
    return array[:, 0].copy(), array[:, 1].copy()
