"""Counts, durations and figures as text."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

from engine.protocols import Objective

ULP = "ULP"
"""The unit of errors in units in the last place, which are about 1."""


def figure_text(objective: Objective, value: float, digits: int = 4) -> str:
    """Writes an objective's value: in scientific notation where figures span decades, unless they are about 1."""
    if objective.log_scale and objective.unit != ULP:
        return error_text(value, digits)
    return f"{value:.{digits}g}" if objective.log_scale else f"{value:g}"


def count_text(count: int) -> str:
    """Writes a count with separators: ``12,345``."""
    return f"{count:,}"


def rate_text(rate: float) -> str:
    """Writes a number of candidates per second: ``1,234/s``, or ``7.5/min`` where they take seconds each."""
    return f"{count_text(round(rate))}/s" if rate >= 1 else f"{60 * rate:.2g}/min"


def duration_text(seconds: float) -> str:
    """Writes a duration: ``4:05`` or ``1:00:00``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def error_text(error: float, digits: int = 4) -> str:
    """Writes an error in scientific notation, rounded to nearest: ``2.793e-8``."""
    return _scientific(error, digits, ROUND_HALF_EVEN)


def bound_text(bound: float, digits: int = 4) -> str:
    """Writes an upper bound in scientific notation, rounded up so that the text is a bound too."""
    return _scientific(bound, digits, ROUND_CEILING)


def _scientific(value: float, digits: int, rounding: str) -> str:
    if not math.isfinite(value):
        return str(value)
    rounded = Context(prec=digits, rounding=rounding).plus(Decimal(value))
    return f"{rounded:.{digits - 1}e}" if rounded else "0"
