"""The result of a check as text for the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from evaluators.float32_functions.exhaustive import CheckResult
from runs.text import duration_text

_ZEROS = re.compile("0+p")


def result_table(title: str, result: CheckResult) -> Table:
    """Returns a result as a table of what was asked and what was found."""
    table = Table(box=None, pad_edge=False, show_header=False, title=title, title_justify="left", title_style="bold")
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, text in result_rows(result):
        table.add_row(name, Text(text))
    return table


def result_rows(result: CheckResult) -> Iterator[tuple[str, str]]:
    """Yields the figures of a result as pairs (what, figure)."""
    figures, target = result.figures, result.target
    domain = "" if target.full else f" from {target.lower:g} to {target.upper:g}{' and NaN' if target.nan else ''}"
    yield "inputs", f"all {figures.inputs:,} {result.format} numbers{domain}, subnormal ones {result.arithmetic}"
    yield "max error", f"{result.max_ulp:.6g} ULP at x = {number_text(result.where)}"
    yield "mean error", f"{figures.mean_ulp:.4g} ULP"
    if figures.infinite:
        yield "infinite errors", f"{figures.infinite:,} inputs, where NaN or infinity is wrong"
    yield "correctly rounded", f"{figures.share_correct:.4%}"
    yield "monotone", _monotone(result)
    right = sum(special.ok for special in result.specials)
    yield "special inputs", f"{right} of {len(result.specials)} right"
    for special in result.specials:
        if not special.ok:
            yield f"  {special.name}", f"gives {number_text(special.got)}, not {number_text(special.expected)}"
    yield "took", duration_text(result.seconds)
    versions = (f"{name} {text}" for name, text in result.environment.items() if name != "XLA_FLAGS" and text)
    yield "with", ", ".join(versions)


def number_text(value: float) -> str:
    """Writes a number in decimal, exact digits in hexadecimal beside it where it is no short one."""
    text = f"{value:.9g}"
    return text if float(text) == value or value != value else f"{text} ({_ZEROS.sub('p', value.hex())})"


def _monotone(result: CheckResult) -> str:
    figures = result.figures
    if not figures.falls or figures.first_fall is None:
        return "yes" if result.target.direction else "yes, between the points where the function turns"
    return f"{figures.falls:,} steps go the wrong way, the first to x = {number_text(figures.first_fall)}"
