import dataclasses
import itertools
import math
import re
from random import Random

import pytest

from runs.layers.ranking.intervals import Interval
from runs.layers.report.course_chart import course_chart
from runs.layers.report.data import LayersData
from runs.layers.report.graph_drawing import graph_drawing
from runs.layers.report.interval_chart import interval_chart
from runs.layers.report.mathml import formula
from runs.layers.report.parallel_chart import parallel_chart
from runs.report.markup import Node
from search_spaces.norm_act_layers import KNOWN_LAYERS, NormActLayers, canonical, live_nodes


def classed(tree: Node, class_: str) -> list[Node]:
    return [element for element in tree.iter() if class_ in (element.get("class") or "").split()]


def drawings(tree: Node) -> list[Node]:
    return list(tree.iter("svg"))


def outside(svg: Node) -> list[str]:
    """Returns the coordinates of circles, lines and boxes that are not within the drawing."""
    _, _, width, height = map(float, (svg.get("viewBox") or "").split())
    found = []
    for element in svg.iter():
        for names, limit in ((("x", "x1", "x2", "cx"), width), (("y", "y1", "y2", "cy"), height)):
            found += [
                f"{element.tag} {name}={element.get(name)}"
                for name in names
                if element.get(name) is not None and not -0.01 <= float(element.get(name) or 0) <= limit + 0.01
            ]
    return found


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_the_graph_of_every_known_layer_has_a_box_per_live_node_and_stays_within(name: str) -> None:
    layer = canonical(KNOWN_LAYERS[name])
    for svg in drawings(graph_drawing(layer)):
        boxes = classed(svg, "operation") + classed(svg, "moment")
        assert len(boxes) == len(live_nodes(layer))
        assert outside(svg) == []
        assert ("\N{GREEK SMALL LETTER GAMMA}" in "".join(svg.itertext()).replace("gamma", "")) == layer.affine


@pytest.mark.parametrize("seed", range(8))
def test_the_graph_of_any_layer_stays_within(seed: int) -> None:
    space = NormActLayers(variation="rooted")
    layer = canonical(space.random(Random(seed)))
    assert all(outside(svg) == [] for svg in drawings(graph_drawing(layer)))
    assert formula(layer).findall("math")


def test_the_chart_of_intervals_has_a_dot_per_layer_and_panel_where_the_figures_are(data: LayersData) -> None:
    assert data.ranking is not None
    chart = interval_chart(data.ranking.standings, data.ranking.networks)
    assert chart is not None
    rows = len(data.ranking.standings) - 1
    for svg in drawings(chart):
        assert len(classed(svg, "dot")) == 4 * rows
        assert outside(svg) == []
        group = classed(svg, "interval")[0]
        (dot,) = classed(group, "dot")
        first, *_ = classed(group, "whisker")
        ends = sorted((float(first.get("x1") or 0), float(first.get("x2") or 0)))
        assert ends[0] < float(dot.get("cx") or 0) < ends[1]
        # the interval excludes 0, so its whisker does not reach the line at 0
        zero = float(classed(svg, "zero")[0].get("x1") or 0)
        assert ends[0] > zero


def test_a_single_measurement_is_a_dot_without_an_interval(data: LayersData) -> None:
    assert data.ranking is not None
    single = Interval(0.03, -math.inf, math.inf, 1)
    standings = [
        dataclasses.replace(row, difference=single, differences={"resnet": single}) for row in data.ranking.standings
    ]
    chart = interval_chart(standings, ["resnet"])
    assert chart is not None
    assert classed(chart, "dot")
    assert not classed(chart, "whisker")
    assert interval_chart([], ["resnet"]) is None


def test_the_chart_across_networks_draws_every_candidate_and_names_the_known_layers(data: LayersData) -> None:
    chart = parallel_chart(data)
    assert chart is not None
    for svg in drawings(chart):
        (crowd,) = classed(svg, "crowd")
        assert (crowd.get("d") or "").count("M") == len(data.scored)
        assert len(classed(svg, "front-line")) == sum(found.is_on_front for found in data.scored) - 1
        assert [name.text for name in classed(svg, "known-name")] == [known.name for known in data.known]
        ends = sorted(float(name.get("y") or 0) for name in classed(svg, "known-name"))
        assert all(b - a > 13.9 for a, b in itertools.pairwise(ends))
        assert outside(svg) == []
    assert parallel_chart(dataclasses.replace(data, scored=())) is None


def test_the_course_has_a_line_per_search_and_ends_with_each(data: LayersData) -> None:
    chart = course_chart(data)
    assert chart is not None
    for svg in drawings(chart):
        stairs = [line for line in classed(svg, "stair") if line.tag == "path"]
        assert len(stairs) == 3
        assert len([dot for dot in classed(svg, "trial") if "sample" not in (dot.get("class") or "")]) == len(
            data.trials
        )
        assert outside(svg) == []
        for line in stairs:
            heights = [float(pair.split(",")[1]) for pair in re.findall(r"[-\d.]+,[-\d.]+", line.get("d") or "")]
            # pixels grow downwards, errors fall
            assert heights == sorted(heights)
    nothing = tuple(dataclasses.replace(course, errors=()) for course in data.courses)
    assert course_chart(dataclasses.replace(data, courses=nothing)) is None


def test_a_search_that_found_nothing_keeps_its_rivals_on_the_chart(data: LayersData) -> None:
    first, *others = data.courses
    empty = dataclasses.replace(first, seconds=(), candidates=(), errors=())
    chart = course_chart(dataclasses.replace(data, courses=(empty, *others), trials=(), known=()))
    assert chart is not None
    assert len([line for line in classed(drawings(chart)[0], "stair") if line.tag == "path"]) == 2
