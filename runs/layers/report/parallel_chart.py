"""The chart of errors across networks: one line per candidate through an axis per network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from runs.layers.report.data import Candidate, Known, LayersData
from runs.layers.report.text import network_title, percent_text
from runs.report.chart import WIDE, Frame, drawing, path, responsive, tip
from runs.report.convergence_chart import spread
from runs.report.markup import Node, node
from runs.report.scale import Scale, linear_ticks

MOST_LINES = 2000
"""Candidates behind the front that are drawn, the best ones."""

_SHOWN = 0.6
"""Share of the candidates whose errors decide how far the axis goes; what is worse runs along its end."""

_LABEL_GAP = 14.0
_NAMES = 100


class _Axes(NamedTuple):
    """Where the axes stand.

    Attributes:
        x: pixel of each network's axis.
        y: the errors' scale.
    """

    x: tuple[float, ...]
    y: Scale

    def pixels(self, errors: Sequence[float]) -> list[tuple[float, float]]:
        """Returns the corners of a line; what is beyond the scale stands at its end."""
        return [
            (x, self.y(min(max(error, self.y.lower), self.y.upper))) for x, error in zip(self.x, errors, strict=True)
        ]


def parallel_chart(data: LayersData) -> Node | None:
    """Draws every scored candidate, the front, the winner and known layers; None when nothing was scored, or one axis.

    Args:
        data: the report.
    """
    if not data.scored or len(data.networks) < 2:
        return None
    return responsive(lambda width: _draw(data, width))


def _draw(data: LayersData, width: int) -> Node:
    frame = Frame(
        width, 460 if width == WIDE else 400, left=62 if width == WIDE else 48, right=_NAMES, top=44, bottom=46
    )
    left, right = frame.x_pixels
    gap = (right - left) / (len(data.networks) - 1)
    axes = _Axes(tuple(left + gap * number for number in range(len(data.networks))), _scale(data, frame))
    winner = data.layer.name if data.layer else ""
    front = [found for found in data.scored if found.is_on_front and found.id != winner]
    best = [found for found in data.scored if found.id == winner]
    parts = [
        _background(data.scored[:MOST_LINES], axes),
        *(_line(found, f"candidate {found.id}, on the front", "front-line", axes) for found in front),
        *(_line(known, known.name, "known-line", axes) for known in data.known),
        *(_line(found, f"candidate {found.id}", "winner-line", axes) for found in best),
        *_names([*best, *data.known], axes),
    ]
    label = f"Errors of {len(data.scored):,} candidates in {', '.join(map(network_title, data.networks))}"
    return drawing(width, frame.height, label, _frame(data, axes, frame), *parts)


def _scale(data: LayersData, frame: Frame) -> Scale:
    """Returns a scale that holds the front, the known layers and most of the candidates."""
    errors = sorted(error for found in data.scored for error in found.errors)
    front = [error for found in data.scored if found.is_on_front for error in found.errors]
    known = [error for found in data.known for error in found.errors]
    upper = max([errors[int(_SHOWN * (len(errors) - 1))], *front, *known])
    lower = min([errors[0], *known])
    pad = 0.05 * max(upper - lower, 0.01)
    return Scale(max(0.0, lower - pad), upper + pad, *frame.y_pixels)


def _frame(data: LayersData, axes: _Axes, frame: Frame) -> Node:
    bottom, top = frame.y_pixels
    group = node("g", class_="axes")
    for value in linear_ticks(axes.y.lower, axes.y.upper, 7):
        y = axes.y(value)
        group.append(node("line", x1=axes.x[0], x2=axes.x[-1], y1=y, y2=y, class_="grid"))
        text = f"{100 * value:.3g} %"
        group.append(node("text", text, x=axes.x[0] - 8, y=y + 4, class_="tick", text_anchor="end"))
    for number, (x, name) in enumerate(zip(axes.x, data.networks, strict=True)):
        group.append(node("line", x1=x, x2=x, y1=bottom, y2=top, class_="mark"))
        # names of neighbours would run into each other on narrow drawings
        below = bottom + 20 + (16 * (number % 2) if frame.width != WIDE else 0)
        group.append(node("text", network_title(name), x=x, y=below, class_="panel-title", text_anchor="middle"))
    group.append(node("text", "error on the search images", x=4, y=top - 22, class_="title"))
    return group


def _background(candidates: Sequence[Candidate], axes: _Axes) -> Node:
    """Draws all candidates as one path, which is several times smaller than a path each."""
    lines = [axes.pixels(found.errors) for found in candidates]
    text = "".join("M" + "L".join(f"{x:.0f},{y:.1f}" for x, y in line) for line in lines)
    opacity = min(0.6, max(0.1, 60 / max(len(lines), 1)))
    return node("path", d=text, class_="crowd", style=f"stroke-opacity: {opacity:.2f}")


def _line(found: Candidate | Known, name: str, class_: str, axes: _Axes) -> Node:
    line = path(axes.pixels(found.errors), f"line {class_}")
    errors = ", ".join(percent_text(error) for error in found.errors)
    line.append(tip(f"{name}: {errors}; mean {percent_text(found.mean)}"))
    return line


def _names(found: Sequence[Candidate | Known], axes: _Axes) -> list[Node]:
    """Writes names behind the last axis, moved apart where they would cover each other."""
    ends = [axes.pixels(layer.errors)[-1][1] for layer in found]
    return [
        node(
            "text",
            layer.name if isinstance(layer, Known) else layer.id,
            x=axes.x[-1] + 10,
            y=place + 4,
            class_="tick known-name" if isinstance(layer, Known) else "tick winner-name",
        )
        for layer, place in zip(found, spread(ends, _LABEL_GAP), strict=True)
    ]
