"""The chart of the protocols: how many candidates come to each, and how many of them it lets pass."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from runs.protocol_costs import ProtocolCost
from runs.report.chart import WIDE, drawing, responsive, tip
from runs.report.markup import Node, node
from runs.report.scale import Scale, power_text

_ROW = 34.0
_TOP = 8.0
_BOTTOM = 44.0
_WIDE_LABELS, _NARROW_LABELS = 96.0, 82.0
_FIGURES = 150.0


Words: TypeAlias = Mapping[str, str]
"""What is said of the candidates that pass a protocol, by its name."""

PASS: Words = MappingProxyType({})


def funnel_chart(costs: Sequence[ProtocolCost], words: Words = PASS) -> Node | None:
    """Draws a bar of the candidates that come to each protocol, filled as far as they pass, on a log scale.

    Args:
        costs: of the protocols, in their order; None is returned where nothing came to any.
        words: said of those that pass where it is more than that they do.
    """
    met = [cost for cost in costs if cost.met]
    return responsive(lambda width: _draw(met, words, width)) if met else None


def _draw(costs: Sequence[ProtocolCost], words: Words, width: int) -> Node:
    is_wide = width == WIDE
    labels = _WIDE_LABELS if is_wide else _NARROW_LABELS
    height = _TOP + _ROW * len(costs) + _BOTTOM
    most = 10.0 ** max(1, math.ceil(math.log10(max(cost.met for cost in costs))))
    # a bar of one candidate must be seen, so the scale begins below it
    x = Scale(0.5, most, labels, width - (_FIGURES if is_wide else 14.0), math.log10)
    bottom = _TOP + _ROW * len(costs)
    decades = [10.0**power for power in range(round(math.log10(most)) + 1)]
    group = node("g", class_="axes")
    for value in decades:
        group.append(node("line", x1=x(value), x2=x(value), y1=_TOP, y2=bottom, class_="grid"))
        text = f"{value:,.0f}" if value < 1e4 else power_text(value)
        group.append(node("text", text, x=x(value), y=bottom + 18, class_="tick", text_anchor="middle"))
    centre = (x.first + x.last) / 2
    group.append(node("text", "candidates, log scale", x=centre, y=bottom + 36, class_="title", text_anchor="middle"))
    bars = [_bar(cost, _said(cost, words), x, _TOP + _ROW * number, is_wide) for number, cost in enumerate(costs)]
    label = "Candidates that come to each protocol and pass it: " + "; ".join(_said(cost, words) for cost in costs)
    return drawing(width, height, label, group, *bars)


def _bar(cost: ProtocolCost, said: str, x: Scale, top: float, is_wide: bool) -> Node:
    passed = cost.met - cost.turned_away
    row = node("g", tip(said))
    row.append(node("text", cost.name, x=x.first - 10, y=top + 21, class_="row-label", text_anchor="end"))
    row.append(node("rect", x=x.first, y=top + 6, width=x(cost.met) - x.first, height=_ROW - 12, rx=3, class_="lost"))
    if passed:
        width = x(passed) - x.first
        row.append(node("rect", x=x.first, y=top + 6, width=width, height=_ROW - 12, rx=3, class_="passed"))
    if is_wide:
        text = f"{passed:,} of {cost.met:,} pass"
        row.append(node("text", text, x=x(cost.met) + 8, y=top + 21, class_="tick"))
    return row


def _said(cost: ProtocolCost, words: Words) -> str:
    passed = cost.met - cost.turned_away
    return f"{cost.name}: {passed:,} of {cost.met:,} {words.get(cost.name, 'pass')}"
