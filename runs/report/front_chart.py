"""The chart of the front: operations against error, beside the baselines."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

from runs.report.chart import WIDE, Frame, axes, drawing, path, responsive, tip
from runs.report.data import RANDOM, ReportData
from runs.report.markup import Node, node
from runs.report.scale import Scale, decade_ticks, decades, power_text
from runs.report.text import operations_text
from runs.text import error_text

Series = tuple[str, str, Sequence[tuple[int, float]]]

_FRONT = "this run"

_RIVAL_CLASSES = {
    "polynomial": "polynomial",
    "rational": "rational",
    "continued fraction": "continued",
    RANDOM: "random",
}


_OTHER_CLASSES = ("other-1", "other-2", "other-3")
"""The classes of further families, in turn: the fronts of other runs."""

_LEGEND_ROW = 22


def front_chart(data: ReportData) -> Node | None:
    """Draws the front and every family of rivals on a log scale; None when nothing was found.

    Args:
        data: the report.
    """
    series = _series(data)
    if not data.entries:
        return None
    return responsive(lambda width: _draw(data, series, width))


def marker(shape: str, x: float, y: float, *children: Node) -> Node:
    """Draws a family's marker, told apart by shape as well as by colour."""
    r = 4.5
    outlines = {
        "polynomial": [(-r, -r), (r, -r), (r, r), (-r, r)],
        "rational": [(0, -r - 1), (r + 1, r), (-r - 1, r)],
        "continued": [(0, -r - 1.5), (r + 1.5, 0), (0, r + 1.5), (-r - 1.5, 0)],
        "random": [(-r - 1, -r), (r + 1, -r), (0, r + 1)],
        "other": [(-r, -r / 2), (0, -r - 1), (r, -r / 2), (r, r / 2), (0, r + 1), (-r, r / 2)],
    }
    outline = outlines.get(shape.partition("-")[0])
    if outline is None:
        return node("circle", *children, cx=x, cy=y, r=5.5, class_=f"marker {shape}")
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in outline)
    return node("polygon", *children, points=points, class_=f"marker {shape}")


def _series(data: ReportData) -> list[Series]:
    series: list[Series] = []
    classes = itertools.cycle(_OTHER_CLASSES)
    for family in dict.fromkeys(rival.family for rival in data.rivals):
        points = [(rival.operations, rival.max_error) for rival in data.rivals if rival.family == family]
        series.append((family, _RIVAL_CLASSES.get(family) or next(classes), _drawable(points)))
    front = [(entry.program.operations, entry.measured_error) for entry in data.entries]
    series.append((_FRONT, "front", _drawable(front)))
    return [row for row in series if row[2]]


def _drawable(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    return sorted(point for point in points if point[1] > 0 and math.isfinite(point[1]))


def _draw(data: ReportData, series: list[Series], width: int) -> Node:
    legend, legend_height = _legend(series, width)
    frame = Frame(width, 460 if width == WIDE else 380, top=44 + legend_height)
    sizes = sorted({operations for _, _, points in series for operations, _ in points}) or [0]
    errors = [error for _, _, points in series for _, error in points] or [1.0]
    x = Scale(sizes[0] - 0.5, sizes[-1] + 0.5, *frame.x_pixels)
    lower, upper = decades(errors)
    y = Scale(lower, upper, *frame.y_pixels, math.log10)
    y_ticks = [(value, power_text(value)) for value in decade_ticks(lower, upper, 9)]
    x_ticks = [(float(size), str(size)) for size in range(sizes[0], sizes[-1] + 1)]
    lines = [_line(row, x, y) for row in series]
    label = f"Operations against {data.metric} on a log scale: {_summary(series)}"
    frame_axes = axes(frame, x, y, x_ticks, y_ticks, "operations", data.metric)
    return drawing(width, frame.height, label, frame_axes, legend, *lines)


def _line(row: Series, x: Callable[[float], float], y: Callable[[float], float]) -> Node:
    family, shape, points = row
    pixels = [(x(operations), y(error)) for operations, error in points]
    markers = [
        marker(shape, *pixel, tip(f"{family}: {operations_text(operations)}, {error_text(error)}"))
        for pixel, (operations, error) in zip(pixels, points, strict=True)
    ]
    return node("g", path(pixels, f"line {shape}"), *markers)


def _legend(series: list[Series], width: int) -> tuple[Node, int]:
    """Returns the families in rows, each row as full as it gets, and the height of the rows."""
    group = node("g", class_="legend")
    x, row = 12.0, 0
    for family, shape, _ in reversed(series):
        length = 36 + 8 * len(family)
        if x > 12 and x + length > width:
            x, row = 12.0, row + 1
        y = 16 + _LEGEND_ROW * row
        group.append(marker(shape, x, y))
        group.append(node("text", family, x=x + 13, y=y + 4))
        x += length
    return group, _LEGEND_ROW * (row + 1)


def _summary(series: list[Series]) -> str:
    parts = (f"{family} reaches {error_text(min(e for _, e in points), 3)}" for family, _, points in series)
    return "; ".join(parts)
