"""The chart of the search: the mean error of every scored candidate, and the best so far, against the time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

from runs.layers.ranking.settings import REFERENCE
from runs.layers.report.data import Course, LayersData, Trial
from runs.layers.report.text import percent_text
from runs.report.chart import WIDE, Frame, axes, drawing, path, responsive, tip
from runs.report.markup import Node, node
from runs.report.scale import Scale, linear_ticks
from runs.report.text import duration_text

_OTHERS = ("other-1", "other-2", "other-3")
"""The classes of the searches that this one is compared with, in turn."""

_DOTS = {"random": "by-random", "mutate": "by-mutate", "crossover": "by-crossover"}
_SHOWN = 0.9
"""Share of the candidates whose errors decide how far the axis goes; what is worse stands at its end."""

_LEGEND_ROW = 22


def course_chart(data: LayersData) -> Node | None:
    """Draws the course of the search and of those that it is compared with; None when nothing was scored.

    Args:
        data: the report.
    """
    courses = [course for course in data.courses if course.errors]
    return responsive(lambda width: _draw(data, courses, width)) if courses else None


def _draw(data: LayersData, courses: Sequence[Course], width: int) -> Node:
    legend, height = _legend(data, courses, width)
    frame = Frame(width, 400 + height if width == WIDE else 330 + height, top=44 + height, right=20)
    last = max(course.total_seconds for course in courses) or 1.0
    unit, name = _unit(last)
    x = Scale(0.0, last / unit, *frame.x_pixels)
    y = _errors(data, courses, frame)
    x_ticks = [(value, f"{value:g}") for value in linear_ticks(x.lower, x.upper, 8 if width == WIDE else 4)]
    y_ticks = [(value, f"{100 * value:.3g} %") for value in linear_ticks(y.lower, y.upper, 7)]
    frame_axes = axes(frame, x, y, x_ticks, y_ticks, f"{name} of searching", "mean error on the search images")
    parts = [*(_dot(trial, unit, x, y) for trial in data.trials), *_reference(data, x, y)]
    parts += [_stair(course, class_, unit, x, y) for course, class_ in _classes(data, courses)]
    label = "Mean error over the networks against the time: " + "; ".join(map(_words, courses))
    return drawing(width, frame.height, label, frame_axes, legend, *parts)


def _classes(data: LayersData, courses: Sequence[Course]) -> list[tuple[Course, str]]:
    """Returns the searches with their classes, this one last, so that it lies on top."""
    others = itertools.cycle(_OTHERS)
    own = data.courses[0]
    named = [(course, "front" if course is own else next(others)) for course in courses]
    return sorted(named, key=lambda pair: pair[1] == "front")


def _unit(seconds: float) -> tuple[float, str]:
    if seconds > 3 * 3600:
        return 3600.0, "hours"
    return (60.0, "minutes") if seconds > 180 else (1.0, "seconds")


def _errors(data: LayersData, courses: Sequence[Course], frame: Frame) -> Scale:
    dots = sorted(trial.error for trial in data.trials)
    firsts = [course.errors[0] for course in courses]
    upper = max([*dots[: math.ceil(_SHOWN * len(dots))], min(firsts)])
    lower = min(
        [*(course.errors[-1] for course in courses), *(known.mean for known in data.known if known.name == REFERENCE)]
    )
    pad = 0.06 * max(upper - lower, 0.01)
    return Scale(max(0.0, lower - pad), min(1.0, upper + pad), *frame.y_pixels)


def _within(y: Scale, error: float) -> float:
    return y(min(max(error, y.lower), y.upper))


def _dot(trial: Trial, unit: float, x: Scale, y: Scale) -> Node:
    text = f"candidate {trial.candidate:,}, {trial.operator}: {percent_text(trial.error)}"
    class_ = f"trial {_DOTS.get(trial.operator, 'by-other')}"
    return node("circle", tip(text), cx=x(trial.seconds / unit), cy=_within(y, trial.error), r=2.6, class_=class_)


def _stair(course: Course, class_: str, unit: float, x: Scale, y: Scale) -> Node:
    pixels: list[tuple[float, float]] = []
    for seconds, error in zip(course.seconds, course.errors, strict=True):
        column = x(seconds / unit)
        if pixels:
            pixels.append((column, pixels[-1][1]))
        pixels.append((column, _within(y, error)))
    pixels.append((x(course.total_seconds / unit), pixels[-1][1]))
    line = path(pixels, f"line stair {class_}")
    line.append(tip(_words(course)))
    return line


def _reference(data: LayersData, x: Scale, y: Scale) -> list[Node]:
    """Draws the mean error of BN-ReLU, where it was trained."""
    found = next((known for known in data.known if known.name == REFERENCE), None)
    if found is None:
        return []
    text = tip(f"BN-ReLU trained the same way: {percent_text(found.mean)}, the mean over seeds")
    return [node("line", text, x1=x.first, x2=x.last, y1=y(found.mean), y2=y(found.mean), class_="reference")]


def _words(course: Course) -> str:
    return (
        f"{course.label}: {percent_text(course.errors[-1])} after {duration_text(course.total_seconds)}, "
        f"{course.total_candidates:,} candidates, {course.scored:,} of them trained"
    )


def _legend(data: LayersData, courses: Sequence[Course], width: int) -> tuple[Node, int]:
    """Returns lines and dots with their names, in rows as full as they get, and the height of the rows."""
    own = {trial.operator for trial in data.trials}
    entries: list[tuple[str, Callable[[float, float], Node]]] = [
        (course.label, _sample(f"line stair {class_}")) for course, class_ in reversed(_classes(data, courses))
    ]
    entries += [(f"by {name}", _dot_sample(class_)) for name, class_ in _DOTS.items() if name in own]
    if any(known.name == REFERENCE for known in data.known):
        entries.append(("BN-ReLU", _sample("reference")))
    group = node("g", class_="legend")
    x, row = 4.0, 0
    for name, draw in entries:
        length = 40 + 7.4 * len(name)
        if x > 4 and x + length > width:
            x, row = 4.0, row + 1
        y = 16.0 + _LEGEND_ROW * row
        group.append(draw(x, y))
        group.append(node("text", name, x=x + 24, y=y + 4))
        x += length
    return group, _LEGEND_ROW * (row + 1)


def _sample(class_: str) -> Callable[[float, float], Node]:
    return lambda x, y: node("line", x1=x, x2=x + 18, y1=y, y2=y, class_=class_)


def _dot_sample(class_: str) -> Callable[[float, float], Node]:
    return lambda x, y: node("circle", cx=x + 11, cy=y, r=4.0, class_=f"trial sample {class_}")
