"""The chart of the search: the least cost so far against the candidates tried."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runs.float32.report.data import Course, Float32Data
from runs.float32.report.front_chart import classed
from runs.report.chart import WIDE, Frame, axes, drawing, path, responsive, tip
from runs.report.markup import Node
from runs.report.scale import Scale, decade_ticks, linear_ticks, power_text


def course_chart(data: Float32Data) -> Node | None:
    """Draws one falling staircase per search; None where nothing was scored.

    Args:
        data: the report.
    """
    courses = [(course, class_) for course, class_ in classed(data.courses) if course.costs]
    return responsive(lambda width: _draw(data, courses, width)) if courses else None


def _draw(data: Float32Data, courses: Sequence[tuple[Course, str]], width: int) -> Node:
    frame = Frame(width, 340 if width == WIDE else 300)
    costs = [cost for course, _ in courses for cost in course.costs]
    last = max(course.total for course, _ in courses)
    upper = 10.0 ** max(1, math.ceil(math.log10(max(last, 1))))
    x = Scale(1.0, upper, *frame.x_pixels, math.log10)
    y = Scale(math.floor(min(costs)) - 1.0, math.ceil(max(costs)) + 1.0, *frame.y_pixels)
    x_ticks = [(value, power_text(value)) for value in decade_ticks(1.0, upper, 7)]
    y_ticks = [(value, f"{value:g}") for value in linear_ticks(y.lower, y.upper, 7)]
    frame_axes = axes(frame, x, y, x_ticks, y_ticks, "candidates tried", f"least cost so far in {data.unit}")
    words = "; ".join(f"{course.label} reaches {course.costs[-1]:g}" for course, _ in courses)
    lines = [_staircase(course, class_, data, x, y) for course, class_ in courses]
    return drawing(width, frame.height, f"Least cost against candidates tried: {words}", frame_axes, *lines)


def _staircase(course: Course, class_: str, data: Float32Data, x: Scale, y: Scale) -> Node:
    pixels: list[tuple[float, float]] = []
    for candidates, cost in zip(course.candidates, course.costs, strict=True):
        if pixels:
            pixels.append((x(candidates), pixels[-1][1]))
        pixels.append((x(candidates), y(cost)))
    pixels.append((x(max(course.total, course.candidates[-1])), pixels[-1][1]))
    line = path(pixels, f"line stair {class_}")
    line.append(tip(f"{course.label}: {course.costs[-1]:g} {data.unit} after {course.candidates[-1]:,} candidates"))
    return line
