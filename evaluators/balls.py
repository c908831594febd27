"""Real balls of python-flint (arb): precision, and the way to and from double-double."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from flint import arb, ctx

from search_spaces.program import Constant

Ball: TypeAlias = Any
"""A ``flint.arb``: a midpoint and a radius that together enclose a real number."""

Series: TypeAlias = Any
"""A ``flint.arb_series``: a truncated power series with balls as coefficients."""


@contextmanager
def precision(bits: int, terms: int = 1) -> Iterator[None]:
    """Sets the working precision of ball arithmetic, and restores what it was.

    Args:
        bits: precision of midpoints.
        terms: number of coefficients that power series keep.
    """
    saved = ctx.prec, ctx.cap
    ctx.prec, ctx.cap = bits, terms
    try:
        yield
    finally:
        ctx.prec, ctx.cap = saved


def from_double_double(number: Constant) -> Ball:
    """Returns a ball that contains the exact sum of the two doubles."""
    high, low = number
    return arb(high) + arb(low)


def to_double_double(ball: Ball) -> Constant:
    """Rounds a ball's midpoint to double-double, about 106 bits."""
    middle = ball.mid()
    high = float(middle)
    return high, float(middle - high)
