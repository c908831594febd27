"""Expectations under the standard normal distribution, by Gauss-Legendre quadrature on many short panels.

Gauss-Hermite quadrature would need smooth functions; layers have kinks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Function: TypeAlias = Callable[[NDArray[np.float64]], Any]

_REACH, _FAR = 12.0, 9.0
"""Standard deviations to which the integral extends, and beyond which hardly anything may come from."""

_PANELS, _ORDER = 1200, 6
_MOST_CHANGE, _MOST_FAR = 1e-3, 1e-3
_CANCELLED = 1e-12


def expectation(function: Function, breaks: Sequence[float] = ()) -> float:
    """Returns the mean of a function of a standard normal variable.

    Args:
        function: of points.
        breaks: where the function or its derivative jumps, if that is known.

    Returns:
        the mean; NaN where the integral does not settle when panels are halved, or comes from far out, as where it
        diverges.
    """
    fine, far = _integral(function, _PANELS, breaks)
    coarse, _ = _integral(function, _PANELS // 2, breaks)
    settled = abs(fine - coarse) <= _MOST_CHANGE * max(abs(fine), _CANCELLED)
    return fine if settled and far <= _MOST_FAR else math.nan


def _integral(function: Function, panels: int, breaks: Sequence[float]) -> tuple[float, float]:
    """Returns the integral, and how much of its absolute value comes from far out."""
    inner = [point for point in breaks if abs(point) < _REACH]
    edges = np.unique(np.concatenate([np.linspace(-_REACH, _REACH, panels + 1), inner]))
    nodes, weights = np.polynomial.legendre.leggauss(_ORDER)
    half = np.diff(edges) / 2
    z = (edges[:-1] + half)[:, None] + half[:, None] * nodes
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * half[:, None] * weights
    with np.errstate(all="ignore"):
        parts = np.broadcast_to(function(z), z.shape) * density
        size = float(np.abs(parts).sum())
        total = float(parts.sum())
        if not math.isfinite(size) or size == 0.0:
            return (0.0, 0.0) if size == 0.0 else (math.nan, 1.0)
        far = float(np.abs(parts[np.abs(z) > _FAR]).sum()) / size
    # The mean of an odd function is 0, not what rounding leaves of it.
    return (0.0 if abs(total) < _CANCELLED * size else total), far
