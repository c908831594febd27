"""The chart of the evolution: the normalised loss against the candidates tried."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runs.report.chart import WIDE, Frame, axes, drawing, path, responsive, tip
from runs.report.markup import Node, node
from runs.report.scale import Scale, decade_ticks, decades, linear_ticks, power_text
from runs.synthesis.report.data import Course
from runs.synthesis.report.text import figure


def course_chart(courses: Sequence[Course]) -> Node | None:
    """Draws one falling line per round on a log scale; None when there is nothing to draw.

    Args:
        courses: one loss or more each, positive and finite.
    """
    return responsive(lambda width: _draw(courses, width)) if sum(len(found.losses) for found in courses) > 1 else None


def _draw(courses: Sequence[Course], width: int) -> Node:
    frame = Frame(width, 340 if width == WIDE else 300, right=30)
    first = min(course.candidates[0] for course in courses)
    last = max(course.candidates[-1] for course in courses)
    lower, upper = decades([1.0, *(loss for course in courses for loss in course.losses)])
    x = Scale(first, max(last, first + 1), *frame.x_pixels)
    y = Scale(lower, upper, *frame.y_pixels, math.log10)
    x_ticks = [(value, f"{value:,.0f}") for value in linear_ticks(x.lower, x.upper, 7 if width == WIDE else 3)]
    y_ticks = [(value, power_text(value)) for value in decade_ticks(lower, upper, 8)]
    noise = node("line", tip("1: what the noise alone explains"), x1=x.first, x2=x.last, y1=y(1.0), y2=y(1.0),
                 class_="noise-level")  # fmt: skip
    lines = [_line(course, x, y) for course in courses]
    label = f"Normalised loss against candidates tried, down to {figure(courses[-1].losses[-1])}"
    frame_axes = axes(
        frame, x, y, x_ticks, y_ticks, "candidates tried", "loss: mean squared difference / variance of the noise"
    )
    return drawing(width, frame.height, label, frame_axes, noise, *lines)


def _line(course: Course, x: Scale, y: Scale) -> Node:
    pixels = [(x(tried), y(loss)) for tried, loss in zip(course.candidates, course.losses, strict=True)]
    text = f"{course.label}: {figure(course.losses[0])} → {figure(course.losses[-1])} after {course.candidates[-1]:,}"
    line = path(pixels, "line front")
    line.append(tip(text))
    end = node("circle", tip(text), cx=pixels[-1][0], cy=pixels[-1][1], r=3.5, class_="extremum")
    return node("g", line, end)
