"""A program as a layered graph: which node stands where, before anything is drawn.

Each operation stands in the layer after its latest operand. An edge that passes over layers gets a bend in each, so
that it runs around the nodes there. x and the constants are drawn again at each use, next to their consumer: one x in
common would cross the whole graph.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from search_spaces.formula import live_values
from search_spaces.program import Program, Reference

_SWEEPS = 12

Key = tuple[str, int, int]
"""("value", reference, layer) of an operation or its bend in a later layer, ("leaf", consumer, operand position)."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node in its place.

    Attributes:
        reference: the value that it stands for.
        layer: place along the flow; 0 is the first.
        slot: place across the flow, in units of the least distance between nodes.
    """

    reference: Reference
    layer: int
    slot: float


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """The way of an operand to its operation.

    Attributes:
        places: pairs (layer, slot) from operand to operation, bends between.
        position: 0 for the first operand.
        twin: -1 and 1 for the two edges of an operation on one value twice, 0 otherwise.
    """

    places: tuple[tuple[int, float], ...]
    position: int
    twin: int


@dataclass(frozen=True, slots=True)
class Graph:
    """A layered graph.

    Attributes:
        nodes: in their places; slots start at 0.
        edges: between them.
        layers: how many layers.
        slots: the largest slot.
    """

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    layers: int
    slots: float


def layered(program: Program) -> Graph:
    """Places the live operations of a program, their constants and inputs.

    Args:
        program: the program.
    """
    operations = {v: program.instructions[v - 1][1:] for v in sorted(live_values(program)) if v > 0}
    layer = _layers(operations)
    ends = {v: max([layer[u] for u, used in operations.items() if v in used], default=layer[v] + 1) for v in operations}
    slots = _operation_slots(operations, layer, ends)
    slots |= _leaf_slots(operations, layer, slots)
    least = min(slots.values())
    places = {key: slot - least for key, slot in slots.items()}
    nodes = [GraphNode(v, layer[v], places["value", v, layer[v]]) for v in operations]
    edges = []
    for v, used in operations.items():
        for position, u in enumerate(used):
            if u > 0:
                route = [(step, places["value", u, step]) for step in range(layer[u], layer[v])]
            else:
                route = [(layer[v] - 1, places["leaf", v, position])]
                nodes.append(GraphNode(u, *route[0]))
            twin = 2 * position - 1 if u > 0 and used.count(u) > 1 else 0
            edges.append(GraphEdge((*route, (layer[v], places["value", v, layer[v]])), position, twin))
    return Graph(tuple(nodes), tuple(edges), max(layer.values()) + 1, max(places.values()))


def _layers(operations: dict[int, tuple[Reference, ...]]) -> dict[int, int]:
    layer: dict[int, int] = {}
    for v, used in operations.items():
        layer[v] = 1 + max(layer.get(u, 0) for u in used)
    return layer


def _operation_slots(
    operations: dict[int, tuple[Reference, ...]], layer: dict[int, int], ends: dict[int, int]
) -> dict[Key, float]:
    """Places operations and bends by sweeps in which each moves to the mean of its neighbours, kept one slot apart."""
    rows: dict[int, list[Key]] = defaultdict(list)
    neighbours: dict[Key, list[Key]] = defaultdict(list)
    for v in operations:
        for step in range(layer[v], ends[v]):
            rows[step].append(("value", v, step))
            if step > layer[v]:
                _join(neighbours, ("value", v, step - 1), ("value", v, step))
    for v, used in operations.items():
        for u in set(used):
            if u > 0:
                _join(neighbours, ("value", u, layer[v] - 1), ("value", v, layer[v]))
    slots = {key: float(index) for row in rows.values() for index, key in enumerate(row)}
    for sweep in range(_SWEEPS):
        for step in sorted(rows, reverse=sweep % 2 == 1):
            wanted = {key: _mean([slots[other] for other in neighbours[key]], slots[key]) for key in rows[step]}
            rows[step].sort(key=lambda key: wanted[key])
            slots |= _spaced([(key, wanted[key]) for key in rows[step]])
    return slots


def _leaf_slots(
    operations: dict[int, tuple[Reference, ...]], layer: dict[int, int], slots: dict[Key, float]
) -> dict[Key, float]:
    """Places each leaf in the free slot nearest to its consumer, first operands rather above, second ones below."""
    taken: dict[int, list[float]] = defaultdict(list)
    for (_, _, step), slot in slots.items():
        taken[step].append(slot)
    leaves: dict[Key, float] = {}
    for v, used in operations.items():
        row, centre = taken[layer[v] - 1], slots["value", v, layer[v]]
        for position, u in enumerate(used):
            if u <= 0:
                side = -1 if position == 0 and len(used) > 1 else 1
                candidates = [centre] + [centre + sign * step / 4 for step in range(1, 200) for sign in (side, -side)]
                free = [slot for slot in candidates if all(abs(slot - other) > 1 - 1e-6 for other in row)]
                leaves["leaf", v, position] = free[0]
                row.append(free[0])
    return leaves


def _join(neighbours: dict[Key, list[Key]], first: Key, second: Key) -> None:
    neighbours[first].append(second)
    neighbours[second].append(first)


def _mean(values: list[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _spaced(wanted: list[tuple[Key, float]]) -> dict[Key, float]:
    placed: dict[Key, float] = {}
    last = float("-inf")
    for key, slot in wanted:
        last = placed[key] = max(slot, last + 1)
    shift = _mean([slot for _, slot in wanted], 0.0) - _mean(list(placed.values()), 0.0)
    return {key: slot + shift for key, slot in placed.items()}
