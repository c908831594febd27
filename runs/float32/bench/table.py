"""The bench as text for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from evaluators.float32_functions.cost.measured import OURS
from runs.float32.bench.row import REFERENCE, Row
from runs.float32.bench.summary import Summary

MISSING = "-"
TIMES = "\N{MULTIPLICATION SIGN}"


def time_table(rows: Sequence[Row], peers: Sequence[str], width: int, elements: int) -> Group:
    """Returns times per element at one width of vectors under a title, a function a row.

    Args:
        rows: of the functions.
        peers: columns.
        width: of the vectors, in bits.
        elements: of the array.
    """
    table = _table(OURS, *peers, f"against {REFERENCE}", "95 % interval")
    for row in rows:
        times = [row.measured.nanoseconds(name, width) for name in (OURS, *peers)]
        least = min((time for time in times if time is not None), default=None)
        cells = [MISSING if t is None else f"[bold]{t:.3f}[/]" if t == least else f"{t:.3f}" for t in times]
        ratio = row.speedup(width)
        speedup = (f"{ratio.value:.2f}{TIMES}", f"{ratio.low:.2f} - {ratio.high:.2f}") if ratio else (MISSING, "")
        table.add_row(row.function, *cells, *speedup)
    title = f"ns per element, arrays of {elements:,}, one thread, vectors of {width} bits"
    return Group(Text(title, overflow="ignore", no_wrap=True), table)


def error_table(rows: Sequence[Row], peers: Sequence[str], where: str) -> Group:
    """Returns the greatest errors under a title, a function a row.

    Args:
        rows: of the functions.
        peers: columns.
        where: on which inputs.
    """
    table = _table(OURS, *peers)
    for row in rows:
        found = [row.errors.get(name) for name in (OURS, *peers)]
        table.add_row(row.function, *(MISSING if error is None else error.text for error in found))
    return Group(Text(f"greatest error in ULP, on {where}", overflow="ignore", no_wrap=True), table)


def summary_lines(found: Summary) -> list[str]:
    """Writes the figures of all functions together."""
    of = f"of {found.num_programs}"
    lines = [
        f"geometric mean at {width} bits: {mean:.2f}{TIMES} as fast as {REFERENCE}; "
        f"not slower than it: {found.not_slower[width]} {of}"
        for width, mean in found.geometric_means.items()
    ]
    lines.append(f"faster than jnp, numpy, torch and SLEEF, all at their best width: {found.wins} {of}")
    lines.append(f"faster than every peer timed: {found.wins_over_all} {of}")
    if found.under_one is not None:
        lines.append(f"below 1 ULP with every special right: {found.under_one} {of}")
    return lines


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("function")
    for heading in headings:
        table.add_column(heading, justify="right")
    return table
