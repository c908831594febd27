import itertools
import random

import pytest

from runs.report.graph import layered
from runs.report.graph_drawing import graph_drawing
from runs.report.markup import write
from runs.report.text import MINUS
from search_spaces.program import Program


def random_program(seed: int) -> Program:
    rng = random.Random(seed)
    code = []
    for position in range(rng.randint(1, 14)):
        name = rng.choice(["add", "sub", "mul", "div", "sqrt"])
        code.append((name, *(rng.randint(-3, position) for _ in range(1 if name == "sqrt" else 2))))
    return Program(tuple(code), ((1.5, 0.0), (-2.25e-7, 0.0), (3.0, 1e-17)))


def reachable(program: Program) -> set[int]:
    live, queue = set(), [len(program.instructions)]
    while queue:
        value = queue.pop()
        if value > 0 and value not in live:
            live.add(value)
            queue += program.instructions[value - 1][1:]
    return live


@pytest.mark.parametrize("seed", range(60))
def test_nodes_and_edges_are_those_of_the_program(seed):
    program = random_program(seed)
    graph = layered(program)
    operations = sorted(node.reference for node in graph.nodes if node.reference > 0)
    assert operations == sorted(reachable(program))
    place = {(node.layer, round(node.slot, 6)): node.reference for node in graph.nodes}
    edges = sorted((place[e.places[0][0], round(e.places[0][1], 6)],
                    place[e.places[-1][0], round(e.places[-1][1], 6)], e.position) for e in graph.edges)  # fmt: skip
    assert edges == sorted((u, v, k) for v in operations for k, u in enumerate(program.instructions[v - 1][1:]))


@pytest.mark.parametrize("seed", range(60))
def test_nothing_overlaps_and_edges_go_forward_layer_by_layer(seed):
    graph = layered(random_program(seed))
    rows: dict[int, set[float]] = {}
    for node in graph.nodes:
        assert 0 <= node.layer < graph.layers
        assert -1e-9 <= node.slot <= graph.slots + 1e-9
        rows.setdefault(node.layer, set()).add(round(node.slot, 6))
    assert sum(map(len, rows.values())) == len(graph.nodes)
    bends = {place for edge in graph.edges for place in edge.places[1:-1]}
    for layer, slot in bends:
        rows[layer].add(round(slot, 6))
    for slots in rows.values():
        ordered = sorted(slots)
        assert all(b - a > 1 - 1e-5 for a, b in itertools.pairwise(ordered))
    for edge in graph.edges:
        layers = [layer for layer, _ in edge.places]
        assert layers == list(range(layers[0], layers[-1] + 1))


def test_a_chain_is_straight():
    program = Program((("add", 0, -1), ("div", -2, 1), ("add", 2, -3), ("mul", 3, 3)), ((1.0, 0.0),) * 3)
    graph = layered(program)
    assert len({node.slot for node in graph.nodes if node.reference > 0}) == 1
    assert [edge.twin for edge in graph.edges if edge.twin] == [-1, 1]


def test_the_drawing_names_every_value_and_dashes_divisors():
    program = Program((("add", 0, -1), ("div", -2, 1)), ((1.5, 0.0), (-2.25e-7, 0.0)))
    text = write(graph_drawing(program))
    for part in (">v1<", ">v2<", ">c0<", ">1.5<", f">{MINUS}2.25e{MINUS}7<", "÷", "v2 = c1 / v1"):
        assert part in text
    assert text.count("edge second") == 2
