"""The chart of differences to BN-ReLU: a dot and its 95 % interval per layer, a panel for the mean and each network."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from runs.layers.ranking.intervals import Interval
from runs.layers.ranking.settings import REFERENCE
from runs.layers.ranking.standings import Standing
from runs.layers.report.text import interval_text, network_title
from runs.report.chart import WIDE, drawing, responsive, tip
from runs.report.markup import Node, node
from runs.report.scale import Scale, linear_ticks
from runs.report.text import MINUS

_ROW = 24.0
_TOP = 30.0
_BOTTOM = 46.0
_LABELS = 132.0
_GAP = 26.0
_RIGHT = 12.0
_LEAST_SPAN = 0.01
_AXIS = "points of accuracy to BN-ReLU"


class Panel(NamedTuple):
    """One of the charts that share their rows.

    Attributes:
        title: of what the differences are.
        differences: by the layer's name.
    """

    title: str
    differences: Mapping[str, Interval]


class _Box(NamedTuple):
    """Where a panel stands, in pixels."""

    left: float
    right: float
    top: float


def interval_chart(standings: Sequence[Standing], networks: Sequence[str]) -> Node | None:
    """Draws layers as rows, best first, BN-ReLU as the line at 0; None when there is nothing to draw.

    Args:
        standings: of one comparison.
        networks: panels; behind one for their mean where there are several.
    """
    rows = [row for row in standings if row.name != REFERENCE and row.differences]
    panels = [
        Panel(network_title(name), {row.name: row.differences[name] for row in rows if name in row.differences})
        for name in networks
    ]
    if len(networks) > 1:
        means = {row.name: row.difference for row in rows if row.difference is not None}
        panels.insert(0, Panel("mean over the networks", means))
    if not rows:
        return None
    return responsive(lambda width: _draw(rows, panels, width))


def _draw(rows: Sequence[Standing], panels: Sequence[Panel], width: int) -> Node:
    """Puts the panels side by side on wide drawings, the mean twice as wide, and below each other on narrow ones."""
    height = _TOP + _ROW * len(rows) + _BOTTOM
    if width == WIDE:
        shares = [2.0 if number == 0 else 1.0 for number in range(len(panels))]
        unit = (width - _LABELS - _RIGHT - _GAP * (len(panels) - 1)) / sum(shares)
        lefts = [_LABELS + number * _GAP + unit * sum(shares[:number]) for number in range(len(panels))]
        boxes = [_Box(left, left + unit * share, _TOP) for left, share in zip(lefts, shares, strict=True)]
    else:
        boxes = [_Box(_LABELS, width - _RIGHT, _TOP + number * height) for number in range(len(panels))]
        height *= len(panels)
    scales = [_scale(panel, box) for panel, box in zip(panels, boxes, strict=True)]
    drawn = [
        _panel(rows, panel, box, x, has_labels=box.left == _LABELS, has_axis=number == 0 or width != WIDE)
        for number, (panel, box, x) in enumerate(zip(panels, boxes, scales, strict=True))
    ]
    label = f"Differences of accuracy to BN-ReLU with 95 % intervals: {_summary(rows)}"
    return drawing(width, height, label, *drawn)


def _scale(panel: Panel, box: _Box) -> Scale:
    """Returns a scale that holds 0 and every interval; one without ends counts by its dot."""
    ends = [0.0]
    for interval in panel.differences.values():
        ends += [end for end in (interval.low, interval.mean, interval.high) if math.isfinite(end)]
    lower, upper = min(ends), max(ends)
    pad = 0.06 * max(upper - lower, _LEAST_SPAN)
    return Scale(lower - pad, upper + pad, box.left, box.right)


def _panel(rows: Sequence[Standing], panel: Panel, box: _Box, x: Scale, *, has_labels: bool, has_axis: bool) -> Node:
    bottom = box.top + _ROW * len(rows)
    group = node("g")
    for tick in linear_ticks(x.lower, x.upper, max(3, round((box.right - box.left) / 46))):
        class_ = "zero" if abs(tick) < 1e-12 else "grid"
        group.append(node("line", x1=x(tick), x2=x(tick), y1=box.top, y2=bottom, class_=class_))
        text = "0" if class_ == "zero" else f"{100 * tick:+.3g}".replace("-", MINUS)
        group.append(node("text", text, x=x(tick), y=bottom + 18, class_="tick", text_anchor="middle"))
    group.append(node("text", panel.title, x=box.left, y=box.top - 12, class_="panel-title"))
    if has_axis:
        centre = (box.left + box.right) / 2
        group.append(node("text", _AXIS, x=centre, y=bottom + 36, class_="title", text_anchor="middle"))
    place = _rows(box)
    for number, row in enumerate(rows):
        y = place(number)
        if has_labels:
            group.append(_label(row, y))
        interval = panel.differences.get(row.name)
        if interval is not None:
            group.append(_mark(row, interval, x, y))
    return group


def _rows(box: _Box) -> Callable[[int], float]:
    return lambda number: box.top + _ROW * (number + 0.5)


def _label(row: Standing, y: float) -> Node:
    return node("text", row.name, x=_LABELS - 10, y=y + 4, class_=f"row-label {row.role}", text_anchor="end")


def _mark(row: Standing, interval: Interval, x: Scale, y: float) -> Node:
    group = node("g", tip(f"{row.name}: {interval_text(interval)} points"), class_=f"interval {row.role}")
    if math.isfinite(interval.low):
        group.append(node("line", x1=x(interval.low), x2=x(interval.high), y1=y, y2=y, class_="whisker"))
        for end in (interval.low, interval.high):
            group.append(node("line", x1=x(end), x2=x(end), y1=y - 4, y2=y + 4, class_="whisker"))
    group.append(node("circle", cx=x(interval.mean), cy=y, r=5.0, class_="dot"))
    return group


def _summary(rows: Sequence[Standing]) -> str:
    parts = (f"{row.name} {interval_text(row.difference)}" for row in rows if row.difference is not None)
    return "; ".join(parts)
