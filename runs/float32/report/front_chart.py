"""The chart of the front: cost against the greatest error, beside the fronts of other searches."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from runs.float32.report.data import Course, Float32Data
from runs.report.chart import WIDE, Frame, axes, drawing, path, responsive, tip
from runs.report.markup import Node, node
from runs.report.scale import Scale, linear_ticks

OTHERS = ("other-1", "other-2", "other-3")
"""The classes of the searches that this one is compared with, in turn."""


def front_chart(data: Float32Data) -> Node | None:
    """Draws the fronts of all searches; None where there is no program.

    Args:
        data: the report.
    """
    fronts = [(course, class_) for course, class_ in classed(data.courses) if course.front]
    return responsive(lambda width: _draw(data, fronts, width)) if fronts else None


def classed(courses: Sequence[Course]) -> list[tuple[Course, str]]:
    """Returns searches with the classes of their lines, the report's own last, so that it lies on top."""
    others = itertools.cycle(OTHERS)
    return [(course, next(others)) for course in courses[1:]] + [(course, "front") for course in courses[:1]]


def _draw(data: Float32Data, fronts: Sequence[tuple[Course, str]], width: int) -> Node:
    frame = Frame(width, 380 if width == WIDE else 320)
    points = [point for course, _ in fronts for point in course.front]
    costs, errors = [cost for cost, _ in points], [error for _, error in points if math.isfinite(error)]
    most = 8 if width == WIDE else 4
    x = Scale(math.floor(min(costs)) - 0.5, math.ceil(max(costs)) + 0.5, *frame.x_pixels)
    y = Scale(0.0, 1.08 * max([data.max_ulp, *errors]), *frame.y_pixels)
    x_ticks = [(value, f"{value:g}") for value in linear_ticks(x.lower, x.upper, most)]
    y_ticks = [(value, f"{value:.3g}") for value in linear_ticks(y.lower, y.upper, 7)]
    frame_axes = axes(frame, x, y, x_ticks, y_ticks, f"cost in {data.unit}", "greatest error in ULP")
    left, right = frame.x_pixels
    bound = node("line", x1=left, x2=right, y1=y(data.max_ulp), y2=y(data.max_ulp), class_="reference")
    lines = [_front(course, class_, data, x, y) for course, class_ in fronts]
    words = "; ".join(f"{course.label}: {len(course.front)} programs from {min(course.front)[0]:g}"
                      for course, _ in fronts)  # fmt: skip
    label = f"Cost against the greatest error, at most {data.max_ulp:g} ULP: {words}"
    return drawing(width, frame.height, label, frame_axes, bound, *lines)


def _front(course: Course, class_: str, data: Float32Data, x: Scale, y: Scale) -> Node:
    group = node("g")
    points = [(cost, min(error, y.upper)) for cost, error in sorted(course.front)]
    if len(points) > 1:
        group.append(path([(x(cost), y(error)) for cost, error in points], f"line {class_}"))
    for cost, error in points:
        text = f"{course.label}: {cost:g} {data.unit}, {error:.4g} ULP"
        group.append(node("circle", tip(text), cx=x(cost), cy=y(error), r=5.0, class_=f"marker {class_}"))
    return group
