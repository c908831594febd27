"""The chart of how strongly every two columns of the synthetic table depend on each other."""

from __future__ import annotations

from runs.report.markup import Node
from runs.synthesis.report.data import Association
from runs.synthesis.report.heat_map import HeatMap, heat_map

_MOST_FIGURES = 18


def association_chart(association: Association) -> Node:
    """Draws a square matrix, with its figures where there is room for them.

    Args:
        association: at least two columns.
    """
    count = len(association.names)
    side = 42.0 if count <= _MOST_FIGURES else 18.0
    layout = HeatMap(132.0 + side * count, left=128.0, top=128.0, most_cell=side)

    def cell_tip(row: int, column: int) -> str:
        return f"{association.names[row]} and {association.names[column]}: {association.values[row][column]:.3f}"

    names = association.names
    label = f"{association.title}: {association.measure}"
    return heat_map(layout, association.values, names, names, float, label, cell_tip, figures=count <= _MOST_FIGURES)
