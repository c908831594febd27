"""The ablation table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runs.layers.ranking.ablation import Ablation, Row
from runs.layers.ranking.intervals import Interval

HEADINGS = ("repeats", "candidates", "trained", "search error %", "validation error %")


def ablation_view(ablation: Ablation, rows: Sequence[Row]) -> RenderableType:
    """Returns the table, best first by validation error."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("strategy")
    table.add_column("variation")
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for row in sorted(rows, key=lambda row: row.validation.mean if row.validation else 1.0):
        table.add_row(
            row.arm.strategy,
            row.arm.variation,
            f"{row.repeats} of {ablation.repeats}",
            f"{row.screened.mean:,.0f}",
            f"{row.trained.mean:,.0f}",
            error_text(row.search),
            error_text(row.validation),
        )
    text = (
        f"{ablation.search}, {_budget(ablation)} for each search: the best layer's mean error in the networks, as the "
        f"search measured it and trained again with {ablation.seeds} seeds on the validation images; means over the "
        "repeats with 95 % intervals"
    )
    return Group(Text(text), Text(), table)


def error_text(interval: Interval | None) -> str:
    """Writes an error in percent with half the width of its interval; nothing where there is none."""
    if interval is None:
        return "none found"
    spread = f" ± {100 * (interval.high - interval.mean):.1f}" if interval.count > 1 else ""
    return f"{100 * interval.mean:.1f}{spread}"


def _budget(ablation: Ablation) -> str:
    units = {"minutes": "minutes", "candidates": "candidates"}
    return " or ".join(
        f"{ablation.options[name]:g} {unit}" for name, unit in units.items() if ablation.options.get(name)
    )
