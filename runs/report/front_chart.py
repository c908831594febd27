"""The chart of the front: operations against error, beside the baselines."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from runs.export.evidence import error_text
from runs.report.chart import WIDE, Frame, axes, drawing, path, responsive, tip
from runs.report.data import RANDOM, ReportData
from runs.report.markup import Node, node
from runs.report.scale import Scale, decade_ticks, decades, power_text
from runs.report.text import operations_text

Series = tuple[str, str, Sequence[tuple[int, float]]]

_FRONT = "this run"

_RIVAL_CLASSES = {
    "polynomial": "polynomial",
    "rational": "rational",
    "continued fraction": "continued",
    RANDOM: "random",
}


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
    }
    if shape not in outlines:
        return node("circle", *children, cx=x, cy=y, r=5.5, class_=f"marker {shape}")
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in outlines[shape])
    return node("polygon", *children, points=points, class_=f"marker {shape}")


def _series(data: ReportData) -> list[Series]:
    series: list[Series] = []
    for family in dict.fromkeys(rival.family for rival in data.rivals):
        points = [(rival.operations, rival.max_error) for rival in data.rivals if rival.family == family]
        series.append((family, _RIVAL_CLASSES.get(family, "random"), _drawable(points)))
    front = [(entry.program.operations, entry.measured_error) for entry in data.entries]
    series.append((_FRONT, "front", _drawable(front)))
    return [row for row in series if row[2]]


def _drawable(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    return sorted(point for point in points if point[1] > 0 and math.isfinite(point[1]))


def _draw(data: ReportData, series: list[Series], width: int) -> Node:
    frame = Frame(width, 460 if width == WIDE else 380, top=68 if width == WIDE else 110)
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
    return drawing(width, frame.height, label, frame_axes, _legend(series, width), *lines)


def _line(row: Series, x: Callable[[float], float], y: Callable[[float], float]) -> Node:
    family, shape, points = row
    pixels = [(x(operations), y(error)) for operations, error in points]
    markers = [
        marker(shape, *pixel, tip(f"{family}: {operations_text(operations)}, {error_text(error)}"))
        for pixel, (operations, error) in zip(pixels, points, strict=True)
    ]
    return node("g", path(pixels, f"line {shape}"), *markers)


def _legend(series: list[Series], width: int) -> Node:
    columns = 5 if width == WIDE else 2
    pitch = 165 if width == WIDE else 160
    group = node("g", class_="legend")
    for number, (family, shape, _) in enumerate(reversed(series)):
        x, y = 12 + pitch * (number % columns), 16 + 22 * (number // columns)
        group.append(marker(shape, x, y))
        group.append(node("text", family, x=x + 13, y=y + 4))
    return group


def _summary(series: list[Series]) -> str:
    parts = (f"{family} reaches {error_text(min(e for _, e in points), 3)}" for family, _, points in series)
    return "; ".join(parts)
