"""Whether a property of a function holds on a whole interval, shown by enclosures on ever smaller pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evaluators.balls import Ball, Series, precision
from evaluators.taylor import taylor_model

TERMS = 6
MAX_DEPTH = 48
MAX_PIECES = 4096


def first_failure(
    function: Callable[[Series], Any],
    lower: Ball,
    upper: Ball,
    holds: Callable[[Ball], bool],
    *,
    bits: int = 192,
) -> str:
    """Finds the leftmost place where a property of a function's range cannot be shown.

    Args:
        function: maps a ``flint.arb_series`` to the function's series.
        lower: left end of the interval.
        upper: right end.
        holds: whether the property holds for every value in a ball.
        bits: working precision.

    Returns:
        where it fails, in words such as ``near x = 0.5``; empty when the property holds everywhere.
    """
    with precision(bits, TERMS):
        stack = [(lower.lower(), upper.upper(), 0)]
        for _ in range(MAX_PIECES):
            if not stack:
                return ""
            left, right, depth = stack.pop()
            model = taylor_model(function, left, right, TERMS)
            if model is not None and holds(model.range()):
                continue
            if depth == MAX_DEPTH:
                return f"near x = {_short(left, right)}"
            middle = ((left + right) / 2).mid()
            stack += [(middle, right, depth + 1), (left, middle, depth + 1)]
        left, right, _ = stack.pop()
        return f"between x = {float(left):.6g} and {float(right):.6g} (not excluded by {MAX_PIECES} pieces)"


def _short(left: Ball, right: Ball) -> str:
    """Returns the shortest decimal of at most 6 digits for the point in a tiny interval."""
    middle = float((left + right) / 2)
    return f"{0.0 if abs(middle) < 1e-12 else middle:.6g}"
