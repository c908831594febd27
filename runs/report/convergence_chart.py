"""The chart of the best error of every size against the candidates tried."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from runs.report.chart import WIDE, Frame, axes, drawing, path, responsive, tip
from runs.report.data import Convergence, ReportData
from runs.report.markup import Node, node
from runs.report.scale import Scale, decade_ticks, decades, power_text
from runs.report.text import operations_text
from runs.text import error_text

_LABEL_GAP = 13.0


def convergence_chart(data: ReportData) -> Node | None:
    """Draws one falling staircase per size on log scales; None when there is nothing to draw.

    Args:
        data: the report.
    """
    rows = [row for row in data.convergence if row.candidates and min(row.errors) > 0]
    if not rows:
        return None
    return responsive(lambda width: _draw(rows, data, width))


def _draw(rows: Sequence[Convergence], data: ReportData, width: int) -> Node:
    frame = Frame(width, 440 if width == WIDE else 380, right=66)
    first, last = min(row.candidates[0] for row in rows), max(data.candidates, *(row.candidates[-1] for row in rows))
    lower, upper = decades([error for row in rows for error in row.errors])
    x = Scale(max(first, 1), max(last, 10 * max(first, 1)), *frame.x_pixels, math.log10)
    y = Scale(lower, upper, *frame.y_pixels, math.log10)
    powers = decade_ticks(10.0 ** math.ceil(math.log10(x.lower)), 10.0 ** math.floor(math.log10(x.upper)), 6)
    x_ticks = [(value, power_text(value)) for value in powers]
    y_ticks = [(value, power_text(value)) for value in decade_ticks(lower, upper, 9)]
    frame_axes = axes(frame, x, y, x_ticks, y_ticks, "candidates tried", f"best {data.metric} so far")
    ends = spread([y(row.errors[-1]) for row in rows], _LABEL_GAP)
    lines = [_staircase(row, x, y, number / len(rows)) for number, row in enumerate(rows)]
    labels = [
        node("text", f"{row.operations} ops", x=frame.width - frame.right + 8, y=end + 4, class_="tick",
             style=_colour("fill", number / len(rows)))
        for number, (row, end) in enumerate(zip(rows, ends, strict=True))
    ]  # fmt: skip
    label = f"Best {data.metric} of every size against candidates tried, on log scales"
    return drawing(width, frame.height, label, frame_axes, *lines, *labels)


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Moves positions apart until neighbours are at least a gap from each other, keeping order and centre.

    Args:
        positions: in any order.
        gap: the least distance.
    """
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    placed = list(positions)
    for before, after in itertools.pairwise(order):
        placed[after] = max(placed[after], placed[before] + gap)
    shift = (sum(positions) - sum(placed)) / max(len(placed), 1)
    return [position + shift for position in placed]


def _staircase(row: Convergence, x: Scale, y: Scale, hue: float) -> Node:
    pixels: list[tuple[float, float]] = []
    for candidates, error in zip(row.candidates, row.errors, strict=True):
        column = x(max(candidates, 1))
        if pixels:
            pixels.append((column, pixels[-1][1]))
        pixels.append((column, y(error)))
    pixels.append((x.last, pixels[-1][1]))
    line = path(pixels, "line stair", style=_colour("stroke", hue))
    line.append(
        tip(f"{operations_text(row.operations)}: {error_text(row.errors[-1])} after {row.candidates[-1]:,} candidates")
    )
    return line


def _colour(use: str, hue: float) -> str:
    return f"{use}: hsl({250 + 290 * hue:.0f} 62% 52%)"
