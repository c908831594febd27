"""A matrix drawn as coloured cells with labels along two sides."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runs.report.chart import drawing, tip
from runs.report.markup import Node, node
from runs.synthesis.report.data import Matrix
from runs.synthesis.report.text import shortened

_LEVELS = 24
_LEAST_LABEL_PIXELS = 13.0
_CHARACTER_PIXELS = 7.4


@dataclass(frozen=True, slots=True)
class HeatMap:
    """How a matrix is drawn.

    Attributes:
        width: of the drawing, in pixels.
        left: room for the row labels.
        top: room for the column labels, which run upwards.
        most_cell: the largest side of a cell, in pixels.
    """

    width: float
    left: float = 96.0
    top: float = 92.0
    most_cell: float = 34.0

    def cell(self, columns: int) -> float:
        """Returns the side of a cell when there are so many columns."""
        return min(self.most_cell, (self.width - self.left) / max(columns, 1))


def heat_map(
    layout: HeatMap,
    values: Matrix,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    strength: Callable[[float], float],
    label: str,
    cell_tip: Callable[[int, int], str] | None = None,
    figures: bool = False,
) -> Node:
    """Draws a matrix; a cell's colour tells its sign and its opacity its strength.

    Args:
        layout: sizes.
        values: the matrix; NaN leaves a cell empty.
        row_labels: one per row.
        column_labels: one per column.
        strength: from a value's magnitude to [0, 1].
        label: for those who cannot see it.
        cell_tip: what shows when the pointer rests on a cell; without it cells of one colour share a path, which is
            several times smaller.
        figures: whether each cell shows its value.
    """
    side = layout.cell(len(column_labels))
    height = layout.top + side * len(row_labels) + 4
    body = (
        _cells_with_tips(layout, side, values, strength, cell_tip)
        if cell_tip
        else _paths(layout, side, values, strength)
    )
    texts = _figures(layout, side, values) if figures else []
    labels = _row_labels(layout, side, row_labels) + _column_labels(layout, side, column_labels)
    return drawing(
        layout.width, height, label, _frame(layout, side, len(row_labels), len(column_labels)), *body, *texts, *labels
    )


def _frame(layout: HeatMap, side: float, rows: int, columns: int) -> Node:
    return node("rect", x=layout.left, y=layout.top, width=side * columns, height=side * rows, class_="plate")


def _level(value: float, strength: Callable[[float], float]) -> int:
    if math.isnan(value):
        return 0
    return round(_LEVELS * min(max(strength(abs(value)), 0.0), 1.0))


def _sign(value: float) -> str:
    return "cell less" if value < 0 else "cell more"


def _paths(layout: HeatMap, side: float, values: Matrix, strength: Callable[[float], float]) -> list[Node]:
    outlines: dict[tuple[str, int], list[str]] = defaultdict(list)
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            level = _level(value, strength)
            if level:
                x, y = layout.left + side * column, layout.top + side * row
                outlines[_sign(value), level].append(f"M{x:.1f} {y:.1f}h{side:.1f}v{side:.1f}h-{side:.1f}z")
    return [
        node("path", d="".join(outline), class_=class_, fill_opacity=level / _LEVELS)
        for (class_, level), outline in sorted(outlines.items())
    ]


def _cells_with_tips(
    layout: HeatMap,
    side: float,
    values: Matrix,
    strength: Callable[[float], float],
    cell_tip: Callable[[int, int], str],
) -> list[Node]:
    return [
        node(
            "rect",
            tip(cell_tip(row, column)),
            x=layout.left + side * column,
            y=layout.top + side * row,
            width=side,
            height=side,
            class_=_sign(value),
            fill_opacity=_level(value, strength) / _LEVELS,
        )
        for row, line in enumerate(values)
        for column, value in enumerate(line)
    ]


def _figures(layout: HeatMap, side: float, values: Matrix) -> list[Node]:
    return [
        node(
            "text",
            f"{value:.2f}".replace("0.", ".", 1).replace("-", "\N{MINUS SIGN}") if abs(value) < 1 else f"{value:.0f}",
            x=layout.left + side * (column + 0.5),
            y=layout.top + side * (row + 0.5) + 4,
            class_="value",
            text_anchor="middle",
        )
        for row, line in enumerate(values)
        for column, value in enumerate(line)
        if not math.isnan(value) and row != column
    ]


def _row_labels(layout: HeatMap, side: float, labels: Sequence[str]) -> list[Node]:
    return [
        node("text", shortened(labels[index], _fitting(layout.left)), x=layout.left - 6,
             y=layout.top + side * (index + 0.5) + 4, class_="tick", text_anchor="end")
        for index in range(0, len(labels), _step(side))
    ]  # fmt: skip


def _column_labels(layout: HeatMap, side: float, labels: Sequence[str]) -> list[Node]:
    found = []
    for index in range(0, len(labels), _step(side)):
        x, y = layout.left + side * (index + 0.5) + 4, layout.top - 6
        text = shortened(labels[index], _fitting(layout.top))
        found.append(node("text", text, x=x, y=y, class_="tick", transform=f"rotate(-90 {x:.1f} {y:.1f})"))
    return found


def _fitting(pixels: float) -> int:
    """Returns how many characters of a label fit."""
    return int((pixels - 6) / _CHARACTER_PIXELS)


def _step(side: float) -> int:
    """Returns how many cells share one label."""
    return max(1, math.ceil(_LEAST_LABEL_PIXELS / side))
