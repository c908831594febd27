import math

import pytest

from runs.protocol_costs import ProtocolCost
from runs.report.funnel_chart import funnel_chart
from runs.report.markup import Node


def classed(tree: Node, class_: str) -> list[Node]:
    return [element for element in tree.iter() if class_ in (element.get("class") or "").split()]


def test_bars_of_protocols_are_as_long_as_logarithms() -> None:
    costs = [ProtocolCost("gain", 10_000, 9_900, 1.0, 1.0), ProtocolCost("training", 100, 100, 1.0, 0.0)]
    chart = funnel_chart(costs)
    assert chart is not None
    svg = next(chart.iter("svg"))
    met = [float(bar.get("width") or 0) for bar in classed(svg, "lost")]
    passed = [float(bar.get("width") or 0) for bar in classed(svg, "passed")]
    # nothing passes the second, and what passes the first comes to the second
    assert passed == [met[1]]
    assert met[0] / met[1] == pytest.approx(math.log(10_000 / 0.5) / math.log(100 / 0.5), abs=1e-3)
    assert funnel_chart([]) is None


def test_what_is_said_of_those_that_pass_can_be_more() -> None:
    chart = funnel_chart([ProtocolCost("last", 5, 2, 1.0, 0.0)], {"last": "are trained"})
    assert chart is not None
    assert "last: 3 of 5 are trained" in "".join(chart.itertext())
