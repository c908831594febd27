"""The chart of one column: the synthetic table's distribution beside the noisy measured one."""

from __future__ import annotations

from runs.report.chart import Frame, axes, drawing, path, tip
from runs.report.markup import Node, node
from runs.report.scale import Scale, linear_ticks
from runs.synthesis.report.data import Marginal
from runs.synthesis.report.text import percent_text, shortened

WIDTH = 400

_HEIGHT = 210
_ROW = 20
_LABEL_PIXELS = 132
_LABEL_CHARACTERS = 17
_WHISKER_DEVIATIONS = 2.0
_LABEL_GAP = 62


def marginal_chart(marginal: Marginal) -> Node:
    """Draws bars for the synthetic shares and dots, with whiskers of two standard deviations, for the measured ones.

    Args:
        marginal: the column; unordered groups are drawn as rows with their labels, ordered ones along an axis.
    """
    return _along_axis(marginal) if marginal.is_ordered else _as_rows(marginal)


def _largest(marginal: Marginal) -> float:
    tops = [
        share + _WHISKER_DEVIATIONS * deviation
        for share, deviation in zip(marginal.measured, marginal.deviations, strict=True)
    ]
    return max(*marginal.synthetic, *tops, 1e-9)


def _tip(marginal: Marginal, group: int) -> Node:
    text = f"{marginal.column} = {marginal.labels[group]}: synthetic {percent_text(marginal.synthetic[group])}"
    if marginal.measured:
        deviation = percent_text(marginal.deviations[group], 2)
        text += f", noisy answer {percent_text(marginal.measured[group])} ± {deviation}"
    return tip(text)


def _as_rows(marginal: Marginal) -> Node:
    height = _ROW * len(marginal.labels) + 8
    x = Scale(0.0, _largest(marginal), _LABEL_PIXELS, WIDTH - 62)
    rows = []
    for group, label in enumerate(marginal.labels):
        top = 4 + _ROW * group
        end = x(max(marginal.synthetic[group], 0.0))
        row = node("g", _tip(marginal, group), node("rect", x=0, y=top, width=WIDTH, height=_ROW, class_="hit"))
        name = shortened(label, _LABEL_CHARACTERS)
        row.append(node("text", name, x=_LABEL_PIXELS - 8, y=top + 14, class_="tick", text_anchor="end"))
        row.append(node("rect", x=x.first, y=top + 3, width=max(end - x.first, 0.5), height=_ROW - 6, class_="share"))
        if marginal.measured:
            low, middle, high = (x(value) for value in _whisker(marginal, group, x.upper))
            row.append(path([(low, top + _ROW / 2), (high, top + _ROW / 2)], "whisker"))
            row.append(node("circle", cx=middle, cy=top + _ROW / 2, r=3, class_="noisy"))
        figure = percent_text(marginal.synthetic[group])
        row.append(node("text", figure, x=WIDTH, y=top + 14, class_="tick", text_anchor="end"))
        rows.append(row)
    return drawing(WIDTH, height, _label(marginal), *rows)


def _along_axis(marginal: Marginal) -> Node:
    frame = Frame(WIDTH, _HEIGHT, left=48, right=6, top=14, bottom=26)
    count = len(marginal.labels)
    x = Scale(0.0, float(count), *frame.x_pixels)
    y = Scale(0.0, _largest(marginal), *frame.y_pixels)
    y_ticks = [(value, percent_text(value)) for value in linear_ticks(0.0, y.upper, 4)]
    slot = (x.last - x.first) / count
    step = max(1, -(-_LABEL_GAP // round(max(slot, 1))))
    ticks = marginal.ticks or marginal.labels
    x_ticks = [(group + 0.5, shortened(ticks[group], 9)) for group in range(0, count, step)]
    groups = []
    for group in range(count):
        left, top = x(group), y(max(marginal.synthetic[group], 0.0))
        bar = node(
            "g",
            _tip(marginal, group),
            node("rect", x=left, y=y.last, width=slot, height=y.first - y.last, class_="hit"),
            node("rect", x=left + 0.1 * slot, y=top, width=0.8 * slot, height=y.first - top, class_="share"),
        )
        if marginal.measured:
            low, middle, high = (y(value) for value in _whisker(marginal, group, y.upper))
            bar.append(path([(left + slot / 2, low), (left + slot / 2, high)], "whisker"))
            bar.append(node("circle", cx=left + slot / 2, cy=middle, r=min(3.0, max(1.2, slot / 3)), class_="noisy"))
        groups.append(bar)
    return drawing(WIDTH, _HEIGHT, _label(marginal), axes(frame, x, y, x_ticks, y_ticks, "", ""), *groups)


def _whisker(marginal: Marginal, group: int, most: float) -> tuple[float, float, float]:
    """Returns the lower end, the noisy share and the upper end, kept inside the axis."""
    share, reach = marginal.measured[group], _WHISKER_DEVIATIONS * marginal.deviations[group]
    return tuple(min(max(value, 0.0), most) for value in (share - reach, share, share + reach))  # type: ignore[return-value]


def _label(marginal: Marginal) -> str:
    beside = f" beside its noisy answers, {marginal.source}" if marginal.measured else ""
    return f"Distribution of {marginal.column} in the synthetic table{beside}, {len(marginal.labels)} groups"
