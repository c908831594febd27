"""The analysis of a layer as ``primordia show RUN LAYER`` prints it."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evaluators.norm_act_layers.analysis import Analysis
from runs.layers.view.analysis_rows import Row
from runs.layers.view.analysis_rows import rows as rows

_LABEL, _VALUE = 24, 44


def analysis_view(analysis: Analysis) -> RenderableType:
    """Returns an analysis, readable at 80 columns."""
    parts: list[RenderableType] = []
    for heading, section in rows(analysis):
        if section:
            parts += [Text(f"\n{heading}", style="bold"), _table(section)]
    return Group(*parts)


def _table(section: list[Row]) -> Table:
    table = Table(box=box.SIMPLE, show_header=False, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(width=_LABEL)
    table.add_column(min_width=_VALUE)
    table.add_column(style="dim", width=len("numeric"))
    for row in section:
        # Formulas have brackets, which rich would take for markup.
        table.add_row(Text(row.label), Text(row.value), Text(row.how))
    return table
