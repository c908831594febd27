"""The drawing of a layer's graph: from left to right on wide screens, from top to bottom on narrow ones."""

from __future__ import annotations

import itertools

from primitives.moments import INDEX_SETS
from runs.report.chart import NARROW, WIDE, drawing, responsive, tip
from runs.report.graph import Graph, GraphEdge, GraphNode, layered
from runs.report.markup import Node, node
from runs.report.text import MINUS, TIMES
from search_spaces.norm_act_layers.layer import Layer, X, reference_text, statements
from search_spaces.norm_act_layers.layer import Node as LayerNode
from search_spaces.program import Program

_SIGNS = {
    "add": "+", "sub": MINUS, "mul": TIMES, "div": "÷", "neg": f"{MINUS}x", "square": "x²", "abs": "|x|", "sqrt": "√",
    "rsqrt": "1/√", "signed_sqrt": "±√", "sigmoid": "\N{GREEK SMALL LETTER SIGMA}",
}  # fmt: skip

_ORDERED = frozenset({"sub", "div"})
"""Operations whose second operand comes along a dashed line."""

_HEIGHT = 36.0
_WIDTHS = {"input": 36.0, "operation": 40.0, "named": 62.0, "moment": 62.0, "leaf": 62.0}
_MARGIN = 42.0
_WIDE_PITCH = (92.0, 54.0)
_NARROW_PITCH = (72.0, 74.0)
_AFFINE = f"{TIMES} \N{GREEK SMALL LETTER GAMMA} + \N{GREEK SMALL LETTER BETA}"


class _Canvas:
    """Turns layers and slots into pixels: layers run to the right on wide drawings, down on narrow ones."""

    def __init__(self, graph: Graph, width: int, has_label: bool) -> None:
        self.is_wide = width == WIDE
        self._along, self._across = _WIDE_PITCH if self.is_wide else _NARROW_PITCH
        length = 2 * _MARGIN + (graph.layers - 0.3) * self._along + (34 if has_label and self.is_wide else 0)
        breadth = 2 * _MARGIN + graph.slots * self._across
        self.width, self.height = (length, breadth) if self.is_wide else (max(breadth, NARROW), length)
        self._start = _MARGIN if self.is_wide else (self.width - graph.slots * self._across) / 2

    def pixel(self, layer: float, slot: float) -> tuple[float, float]:
        """Returns the pixel of a place."""
        if self.is_wide:
            return _MARGIN + layer * self._along, self._start + slot * self._across
        return self._start + slot * self._across, _MARGIN + layer * self._along

    def line(self, points: list[tuple[float, float]], twin: int) -> str:
        """Returns a path that bends into the direction of the flow at each point."""
        parts = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            dx, dy = ((x1 - x0) / 2, 0.0) if self.is_wide else (0.0, (y1 - y0) / 2)
            sx, sy = (0.0, 14.0 * twin) if self.is_wide else (14.0 * twin, 0.0)
            controls = f"{x0 + dx + sx:.1f},{y0 + dy + sy:.1f} {x1 - dx + sx:.1f},{y1 - dy + sy:.1f}"
            parts.append(f"C{controls} {x1:.1f},{y1:.1f}")
        return "".join(parts)


def graph_drawing(layer: Layer) -> Node:
    """Draws the live part of a layer; moments are tinted, what is subtracted or divided by comes along a dashed line.

    Args:
        layer: any valid one.
    """
    graph = layered(_as_program(layer))
    return responsive(lambda width: _draw(layer, graph, _Canvas(graph, width, layer.affine)), class_="graph")


def _as_program(layer: Layer) -> Program:
    """Returns a program of the same shape: references mean the same in both, and a place depends on nothing else."""
    return Program(tuple((item.op, *item.inputs) for item in layer.nodes), ())


def _draw(layer: Layer, graph: Graph, canvas: _Canvas) -> Node:
    edges = [_edge(layer, edge, graph, canvas) for edge in graph.edges]
    nodes = [_node(layer, place, canvas) for place in graph.nodes]
    output = max(graph.nodes, key=lambda place: place.reference)
    reach = 0.62 if canvas.is_wide else 0.55
    end = [canvas.pixel(output.layer, output.slot), canvas.pixel(output.layer + reach, output.slot)]
    arrow = node("path", d=canvas.line(end, 0), class_="edge output")
    label = "Graph of the layer: " + "; ".join(statements(layer))
    return drawing(
        round(canvas.width), round(canvas.height), label, arrow, *edges, *nodes, *_affine(layer, end[1], canvas)
    )


def _affine(layer: Layer, end: tuple[float, float], canvas: _Canvas) -> list[Node]:
    if not layer.affine:
        return []
    x, y, anchor = (end[0] + 5, end[1] + 5, "start") if canvas.is_wide else (end[0], end[1] + 16, "middle")
    text = node("text", tip("gamma and beta: one trained number of each per channel"), x=x, y=y, class_="value")
    text.set("text-anchor", anchor)
    text[0].tail = _AFFINE
    return [text]


def _node(layer: Layer, place: GraphNode, canvas: _Canvas) -> Node:
    x, y = canvas.pixel(place.layer, place.slot)
    if place.reference == X:
        return node(
            "g", tip("the input x"), _box(x, y, "input", "input", 18.0), _text("x", x, y + 5, "symbol variable")
        )
    if place.reference < 0:
        return _leaf(layer, place, x, y)
    item = layer.nodes[place.reference - 1]
    texts, kind = _words(item, x, y)
    shape = "moment" if kind == "moment" else "operation"
    return node("g", tip(statements(layer)[place.reference - 1]), _box(x, y, kind, shape, 10.0), *texts)


def _words(item: LayerNode, x: float, y: float) -> tuple[list[Node], str]:
    """Returns what stands in the box of an operation, and which box that is."""
    if item.index_set:
        index = INDEX_SETS[item.index_set].latex.replace(",", " ")
        return [_text(item.op, x, y - 1, "symbol small"), _text(index, x, y + 12, "name")], "moment"
    sign = _SIGNS.get(item.op, item.op)
    is_short = len(sign) <= 2 or not sign.isalpha()
    texts = [_text(sign, x, y + 5, "symbol" if is_short else "symbol small")]
    return texts, "operation" if is_short else "named"


def _leaf(layer: Layer, place: GraphNode, x: float, y: float) -> Node:
    leaf = layer.leaves[-1 - place.reference]
    name, value = reference_text(place.reference), f"{leaf.value:.4g}".replace("-", MINUS)
    if leaf.kind == "constant":
        box = _box(x, y, "leaf", "constant", 8.0)
        return node("g", tip(f"the constant {leaf.value:.6g}"), box, _text(value, x, y + 5, "value"))
    meaning = "one number per channel" if leaf.kind == "vector" else "one number"
    letter = "v" if leaf.kind == "vector" else "a"
    return node(
        "g",
        tip(f"trained: {meaning}, from {leaf.value:.6g}"),
        _box(x, y, "leaf", "trained", 8.0),
        _text(f"{letter}{name[1:]}", x, y - 2, "symbol small"),
        _text(f"from {value}", x, y + 12, "name"),
    )


def _box(x: float, y: float, kind: str, class_: str, radius: float) -> Node:
    width = _WIDTHS[kind]
    return node(
        "rect",
        x=x - width / 2,
        y=y - _HEIGHT / 2,
        width=width,
        height=_HEIGHT,
        rx=radius,
        class_=f"node {class_}",
    )


def _text(text: str, x: float, y: float, class_: str) -> Node:
    return node("text", text, x=x, y=y, class_=class_, text_anchor="middle")


def _edge(layer: Layer, edge: GraphEdge, graph: Graph, canvas: _Canvas) -> Node:
    consumer = next(place for place in graph.nodes if (place.layer, place.slot) == edge.places[-1])
    is_second = edge.position == 1 and layer.nodes[consumer.reference - 1].op in _ORDERED
    points = [canvas.pixel(*place) for place in edge.places]
    return node("path", d=canvas.line(points, edge.twin), class_="edge second" if is_second else "edge")
