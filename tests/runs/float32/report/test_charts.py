import dataclasses
import re

import pytest

from runs.float32.error_curve import ErrorCurve
from runs.float32.report.course_chart import course_chart
from runs.float32.report.data import Float32Data
from runs.float32.report.error_chart import error_chart, input_text
from runs.float32.report.front_chart import front_chart
from runs.report.markup import Node


def classed(tree: Node, class_: str) -> list[Node]:
    return [element for element in tree.iter() if class_ in (element.get("class") or "").split()]


def drawings(tree: Node | None) -> list[Node]:
    assert tree is not None
    return list(tree.iter("svg"))


def test_the_front_has_a_mark_per_program_and_the_dearer_stands_to_the_right(data: Float32Data) -> None:
    for svg in drawings(front_chart(data)):
        own = [float(mark.get("cx") or 0) for mark in classed(svg, "front") if mark.tag == "circle"]
        other = [float(mark.get("cx") or 0) for mark in classed(svg, "other-1") if mark.tag == "circle"]
        assert own == sorted(own)
        # 2, 3.5 and 8 slots
        assert (other[0] - own[0]) / (own[1] - own[0]) == pytest.approx(6 / 1.5, rel=1e-3)
        (bound,) = classed(svg, "reference")
        heights = [float(mark.get("cy") or 0) for mark in classed(svg, "front") if mark.tag == "circle"]
        assert all(height > float(bound.get("y1") or 0) for height in heights)


def test_staircases_fall_and_end_with_their_searches(data: Float32Data) -> None:
    for svg in drawings(course_chart(data)):
        (own,) = [line for line in classed(svg, "stair") if "front" in (line.get("class") or "")]
        pairs = [tuple(map(float, pair.split(","))) for pair in re.findall(r"[-\d.]+,[-\d.]+", own.get("d") or "")]
        assert [x for x, _ in pairs] == sorted(x for x, _ in pairs)
        # pixels grow downwards, costs fall
        assert [y for _, y in pairs] == sorted(y for _, y in pairs)
        assert len(pairs) == 4


def test_charts_without_programs_are_left_out(data: Float32Data) -> None:
    courses = tuple(dataclasses.replace(course, candidates=(), costs=(), front=()) for course in data.courses)
    assert front_chart(dataclasses.replace(data, courses=courses)) is None
    assert course_chart(dataclasses.replace(data, courses=courses)) is None


def test_the_error_chart_has_a_bar_per_stretch_within_the_drawing() -> None:
    curve = ErrorCurve((-1.0, 0.0, 0.5, 1.0), (-0.5, -0.25, -float("inf"), 0.0), (0.5, 0.75, 0.0, 9.0))
    for svg in drawings(error_chart(curve, 1.0)):
        (band,) = classed(svg, "band")
        bars = re.findall(r"M([\d.]+),([\d.]+)V([\d.]+)", band.get("d") or "")
        _, _, width, height = map(float, (svg.get("viewBox") or "").split())
        assert len(bars) == 4
        assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, *ends in bars for y in ends)
        # zero lies half-way between +0.5 and -0.5
        zero = float(bars[2][2]) + 0.7
        assert (float(bars[0][1]) + float(bars[0][2])) / 2 == pytest.approx(zero, abs=0.2)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-1.5, "-1.5"), (float("inf"), "inf"), (1.17549435e-38, "1e-38"), (123456.0, "1e5"), (2e-9, "2e-9")],
)
def test_inputs_are_short(value: float, text: str) -> None:
    assert input_text(value) == text
