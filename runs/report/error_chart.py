"""The chart of one program's error over the domain, which shows how far it equioscillates."""

from __future__ import annotations

from runs.report.chart import WIDE, Frame, axes, drawing, path, responsive, tip
from runs.report.data import ErrorCurve
from runs.report.markup import Node, node
from runs.report.scale import Scale, linear_ticks
from runs.report.text import MINUS
from runs.text import error_text

_LEVEL_TOLERANCE = 0.02


def alternations(curve: ErrorCurve) -> list[int]:
    """Returns the indices of extrema of alternating sign whose size is within 2 % of the largest.

    Args:
        curve: the error at points close enough to each other to show every extremum.
    """
    level = (1 - _LEVEL_TOLERANCE) * max(map(abs, curve.errors))
    found: list[int] = []
    for index, error in enumerate(curve.errors):
        if abs(error) < level or level == 0:
            continue
        if found and (curve.errors[found[-1]] > 0) == (error > 0):
            if abs(error) > abs(curve.errors[found[-1]]):
                found[-1] = index
        else:
            found.append(index)
    return found


def error_chart(curve: ErrorCurve, metric: str) -> Node:
    """Draws the signed error with its extrema and the level that it keeps.

    Args:
        curve: at least two points; errors finite.
        metric: what the error is: ``maximum relative error``.
    """
    return responsive(lambda width: _draw(curve, metric.removeprefix("maximum "), width))


def _draw(curve: ErrorCurve, metric: str, width: int) -> Node:
    frame = Frame(width, 230 if width == WIDE else 200, left=76)
    level = max(map(abs, curve.errors)) or 1.0
    x = Scale(curve.points[0], curve.points[-1], *frame.x_pixels)
    y = Scale(-1.12 * level, 1.12 * level, *frame.y_pixels)
    x_ticks = [(value, f"{value:.6g}") for value in linear_ticks(x.lower, x.upper, 8 if width == WIDE else 4)]
    size = error_text(level, 3)
    y_ticks = [(level, f"+{size}"), (0.0, "0"), (-level, f"{MINUS}{size}")]
    extrema = alternations(curve)
    dots = [
        node("circle", tip(f"x = {curve.points[i]:.6g}: {error_text(curve.errors[i])}"),
             cx=x(curve.points[i]), cy=y(curve.errors[i]), r=3.5, class_="extremum")
        for i in extrema
    ]  # fmt: skip
    line = path([(x(p), y(e)) for p, e in zip(curve.points, curve.errors, strict=True)], "line front")
    label = f"{metric} over the domain: largest {size}, {len(extrema)} alternating extrema of that size"
    return drawing(width, frame.height, label, axes(frame, x, y, x_ticks, y_ticks, "x", metric), line, *dots)
