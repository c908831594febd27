"""The drawing of a program's graph: from left to right on wide screens, from top to bottom on narrow ones."""

from __future__ import annotations

import itertools

from runs.report.chart import NARROW, WIDE, drawing, responsive, tip
from runs.report.graph import Graph, GraphEdge, GraphNode, layered
from runs.report.markup import Node, node
from runs.report.text import MINUS, TIMES
from search_spaces.formula import constant_text, listing, operand_name
from search_spaces.program import Program, X

_SIGNS = {"add": "+", "sub": MINUS, "mul": TIMES, "div": "÷", "sqrt": "√"}

_RADIUS = 17.0
_PILL = (64.0, 34.0)
_MARGIN = 36.0
_WIDE_PITCH = (82.0, 54.0)
_NARROW_PITCH = (58.0, 76.0)
_BEND = 0.5


class _Canvas:
    """Turns layers and slots into pixels: layers run to the right on wide drawings, down on narrow ones."""

    def __init__(self, graph: Graph, width: int) -> None:
        self.is_wide = width == WIDE
        self._along, self._across = _WIDE_PITCH if self.is_wide else _NARROW_PITCH
        length = 2 * _MARGIN + (graph.layers - 0.3) * self._along
        breadth = 2 * _MARGIN + graph.slots * self._across
        self.width, self.height = (length, breadth) if self.is_wide else (max(breadth, NARROW), length)
        self._start = _MARGIN if self.is_wide else (self.width - graph.slots * self._across) / 2

    def pixel(self, layer: float, slot: float) -> tuple[float, float]:
        """Returns the pixel of a place."""
        if self.is_wide:
            return _MARGIN + layer * self._along, self._start + slot * self._across
        return self._start + slot * self._across, _MARGIN + layer * self._along


def graph_drawing(program: Program) -> Node:
    """Draws a program's graph; what is subtracted or divided by comes along a dashed line.

    Args:
        program: the program.
    """
    graph = layered(program)
    return responsive(lambda width: _draw(program, graph, _Canvas(graph, width)), class_="graph")


def _draw(program: Program, graph: Graph, canvas: _Canvas) -> Node:
    label = "Graph of the program: " + listing(program).replace("\n", "; ")
    edges = [_edge(program, edge, graph, canvas) for edge in graph.edges]
    nodes = [_node(program, place, canvas) for place in graph.nodes]
    output = graph.nodes[max(range(len(graph.nodes)), key=lambda i: graph.nodes[i].reference)]
    end = [canvas.pixel(output.layer, output.slot), canvas.pixel(output.layer + 0.62, output.slot)]
    arrow = node("path", d=_line(end, canvas, 0), class_="edge output")
    return drawing(round(canvas.width), round(canvas.height), label, arrow, *edges, *nodes)


def _node(program: Program, place: GraphNode, canvas: _Canvas) -> Node:
    x, y = canvas.pixel(place.layer, place.slot)
    name = operand_name(place.reference)
    if place.reference == X:
        return node(
            "g",
            tip("the input x"),
            node("circle", cx=x, cy=y, r=_RADIUS, class_="node input"),
            _text("x", x, y + 5, "symbol variable"),
        )
    if place.reference < 0:
        return _constant(program, place, x, y)
    operation, *_ = program.instructions[place.reference - 1]
    return node(
        "g",
        tip(listing(program).splitlines()[place.reference - 1]),
        node("circle", cx=x, cy=y, r=_RADIUS, class_="node operation"),
        _text(_SIGNS.get(operation, str(operation)), x, y + 5, "symbol"),
        _text(name, x, y + _RADIUS + 12, "name") if canvas.is_wide else _text(name, x + _RADIUS + 10, y + 4, "name"),
    )


def _constant(program: Program, place: GraphNode, x: float, y: float) -> Node:
    name, value = operand_name(place.reference), program.constants[-1 - place.reference]
    width, height = _PILL
    return node(
        "g",
        tip(f"{name} = {constant_text(value)}"),
        node("rect", x=x - width / 2, y=y - height / 2, width=width, height=height, rx=8.0, class_="node constant"),
        _text(name, x, y - 3, "name"),
        _text(constant_text(value, 4).replace("-", MINUS), x, y + 11, "value"),
    )


def _text(text: str, x: float, y: float, class_: str) -> Node:
    return node("text", text, x=x, y=y, class_=class_, text_anchor="middle")


def _edge(program: Program, edge: GraphEdge, graph: Graph, canvas: _Canvas) -> Node:
    consumer = next(n for n in graph.nodes if (n.layer, n.slot) == edge.places[-1])
    is_second = edge.position == 1 and program.instructions[consumer.reference - 1][0] in ("sub", "div")
    points = [canvas.pixel(*place) for place in edge.places]
    return node("path", d=_line(points, canvas, edge.twin), class_="edge second" if is_second else "edge")


def _line(points: list[tuple[float, float]], canvas: _Canvas, twin: int) -> str:
    parts = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        dx, dy = ((x1 - x0) * _BEND, 0.0) if canvas.is_wide else (0.0, (y1 - y0) * _BEND)
        sx, sy = (0.0, 14.0 * twin) if canvas.is_wide else (14.0 * twin, 0.0)
        controls = f"{x0 + dx + sx:.1f},{y0 + dy + sy:.1f} {x1 - dx + sx:.1f},{y1 - dy + sy:.1f}"
        parts.append(f"C{controls} {x1:.1f},{y1:.1f}")
    return "".join(parts)
