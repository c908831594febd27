"""Counts, durations and figures as text."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context

from engine.protocols import Objective


def figure_text(objective: Objective, value: float) -> str:
    """Writes an objective's value: in scientific notation where figures span decades."""
    return f"{value:.3e}" if objective.log_scale else f"{value:g}"


def count_text(count: int) -> str:
    """Writes a count with separators: ``12,345``."""
    return f"{count:,}"


def duration_text(seconds: float) -> str:
    """Writes a duration: ``4:05`` or ``1:00:00``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def bound_text(bound: float, digits: int = 5) -> str:
    """Writes an upper bound in scientific notation, rounded up, so that the text is an upper bound too."""
    rounded = Context(prec=digits, rounding=ROUND_CEILING).create_decimal(bound)
    return f"{float(rounded):.{digits - 1}e}"
