"""The charts of a measured marginal of two columns: noisy answers, synthetic shares, and their difference."""

from __future__ import annotations

import math

from runs.report.markup import Node, node
from runs.report.text import TIMES
from runs.synthesis.report.data import PairTable
from runs.synthesis.report.heat_map import HeatMap, heat_map
from runs.synthesis.report.text import figure, percent_text

_WIDTH = 292.0
_FULL_RESIDUAL = 4.0


def pair_charts(pair: PairTable) -> Node:
    """Draws three matrices side by side; tooltips of the last tell all figures of a cell.

    Args:
        pair: the marginal.
    """
    largest = max(max(map(max, pair.synthetic)), max(map(max, pair.measured)), 1e-12)
    layout = HeatMap(_WIDTH)
    labels = (pair.row_labels, pair.column_labels)
    measured = tuple(tuple(max(value, 0.0) for value in line) for line in pair.measured)

    def share(value: float) -> float:
        return math.sqrt(value / largest)

    names = f"{pair.row} by {pair.column}"
    panels = [
        ("noisy answers", heat_map(layout, measured, *labels, share, f"{names}, noisy answers")),
        ("synthetic", heat_map(layout, pair.synthetic, *labels, share, f"{names}, synthetic table")),
        ("difference in standard deviations", _residuals(layout, pair, names)),
    ]
    return node("div", *(node("figure", node("figcaption", title), chart) for title, chart in panels), class_="panels")


def _residuals(layout: HeatMap, pair: PairTable, names: str) -> Node:
    residuals = pair.residuals

    def cell_tip(row: int, column: int) -> str:
        return (
            f"{pair.row_labels[row]} {TIMES} {pair.column_labels[column]}: synthetic "
            f"{percent_text(pair.synthetic[row][column])}, noisy answer {percent_text(pair.measured[row][column])} "
            f"± {percent_text(pair.deviations[row][column], 2)}: {residuals[row][column]:+.1f} standard deviations"
        )

    label = f"{names}, differences in standard deviations of the noise, mean square {figure(pair.ratio, 3)}"
    return heat_map(
        layout, residuals, pair.row_labels, pair.column_labels, lambda size: size / _FULL_RESIDUAL, label, cell_tip
    )
