"""Figures as a report words them."""

from __future__ import annotations

import math

from runs.report.data import MINIMAX, Entry, ReportData, Rival
from runs.text import error_text

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
MICRO = "\N{MICRO SIGN}"


def duration_text(seconds: float) -> str:
    """Writes a duration with its two largest units: ``31 min 5 s``."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.3g} s"


def work_text(seconds: float) -> str:
    """Writes a time that may be short: microseconds, ``3.4 ms``, ``12.5 s``, ``31 min 5 s``."""
    if seconds >= 1 or seconds <= 0:
        return duration_text(seconds)
    return f"{1e3 * seconds:.3g} ms" if seconds >= 1e-3 else f"{1e6 * seconds:.3g} {MICRO}s"


def operations_text(operations: int) -> str:
    """Writes a number of operations: ``1 operation``, ``7 operations``."""
    return f"{operations} operation{'s' * (operations != 1)}"


def best_rival(data: ReportData, entry: Entry) -> Rival | None:
    """Returns the most exact minimax baseline that needs no more operations than a program; None without one."""
    affordable = [
        rival for rival in data.rivals if rival.operations <= entry.program.operations and rival.family in MINIMAX
    ]
    return min(affordable, key=lambda rival: rival.max_error, default=None)


def ratio_text(data: ReportData, entry: Entry) -> tuple[str, str]:
    """Returns how a program compares with the best baseline of its size, and a class: better, equal or worse."""
    rival = best_rival(data, entry)
    if rival is None or not 0 < entry.measured_error < math.inf:
        return "—", "equal"
    ratio = rival.max_error / entry.measured_error
    if 0.995 < ratio < 1.005:
        return "equal", "equal"
    return (
        (f"{_factor(ratio)}{TIMES} better", "better") if ratio > 1 else (f"{_factor(1 / ratio)}{TIMES} worse", "worse")
    )


def savings_text(data: ReportData) -> str:
    """Says how many full evaluations the rejection protocols and the cache of fingerprints made unnecessary."""
    total = sum(count for _, count in data.verdicts)
    rejected = sum(count for label, count in data.verdicts if label.startswith("rejected"))
    duplicates = sum(count for label, count in data.verdicts if label.startswith("duplicate"))
    share = (rejected + duplicates) / max(total, 1)
    return (
        f"The rejection protocols turned away {rejected:,} candidates and the cache of fingerprints recognised "
        f"{duplicates:,} as known: {share:.1%} of {total:,} evaluations were saved."
    )


def headline(data: ReportData) -> str:
    """Says in one sentence what was searched and what was found."""
    if not data.entries:
        return f"No program was found for {data.expression} on {data.domain}."
    best = min(data.entries, key=lambda entry: entry.measured_error)
    return (
        f"Short programs for {data.expression} on {data.domain}: {len(data.entries)} on the front, down to a "
        f"{data.metric} of {error_text(best.measured_error, 3)} in {operations_text(best.program.operations)}."
    )


def _factor(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"
