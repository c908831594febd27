"""False rejections as a table for the terminal."""

from __future__ import annotations

import math

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runs.layers.ranking.intervals import Interval
from runs.layers.ranking.rejections import Rejections
from runs.text import count_text, duration_text

HEADINGS = ("turned away", "sampled", "failed", "best %", "as the median %", "as bn_relu %", "cost", "saved")


def rejections_view(found: Rejections) -> RenderableType:
    """Returns what each protocol cost in lost layers, and in time, and what it saved."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("protocol")
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for row in found.protocols:
        table.add_row(
            row.protocol,
            count_text(row.turned_away),
            count_text(row.sampled),
            count_text(row.failed),
            "" if math.isnan(row.best) else f"{100 * row.best:.1f}",
            share_text(row.as_median),
            share_text(row.as_reference),
            duration_text(row.seconds),
            duration_text(row.saved),
        )
    lines = [
        (
            "layers that were turned away, trained in full: how many would have been at least as accurate as the "
            f"median of {count_text(found.scored)} scored candidates ({100 * found.median:.1f} %), and as bn_relu "
            f"({100 * found.reference:.1f} %)"
        ),
        "mean over the networks on the search images, one seed; exact 95 % intervals of Clopper and Pearson",
    ]
    return Group(Text("\n".join(lines)), Text(), table)


def share_text(interval: Interval) -> str:
    """Writes a share in percent with the ends of its interval."""
    return f"{100 * interval.mean:.0f} [{100 * interval.low:.0f}, {100 * interval.high:.0f}]"
