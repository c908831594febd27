import random

import numpy as np
import pytest

from search_spaces.norm_act_layers.builder import Builder
from search_spaces.norm_act_layers.canonical_form import canonical, fingerprint
from search_spaces.norm_act_layers.evonorm import evonorm_vocabulary, random_graph
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import Layer, Leaf, Node, live_nodes, validate
from search_spaces.norm_act_layers.norm_act import grow_layer, norm_act_vocabulary
from tests.search_spaces.norm_act_layers.layers import random_input, shuffled, value


def drawn(count=150):
    rng = random.Random(1)
    layers = [random_graph(evonorm_vocabulary(), rng) for _ in range(count)]
    return layers + [grow_layer(norm_act_vocabulary(), rng) for _ in range(count)]


def test_the_canonical_form_computes_the_same():
    x = random_input()
    for layer in drawn():
        np.testing.assert_allclose(value(layer, x), value(validate(canonical(layer)), x), rtol=1e-12)


def test_the_canonical_form_is_its_own():
    for layer in drawn():
        once = canonical(layer)
        assert canonical(once) == once
        assert len(live_nodes(once)) == len(once.nodes) <= len(live_nodes(layer))


def test_the_order_in_which_a_layer_is_written_does_not_count():
    rng = random.Random(2)
    for layer in drawn():
        if len({leaf for leaf in layer.leaves if leaf.kind != "constant"}) == len(layer.leaves):
            assert canonical(shuffled(layer, rng)) == canonical(layer)


def test_dead_nodes_and_unused_leaves_go():
    layer = Layer(
        (Node("exp", (0,)), Node("neg", (-2,)), Node("mul", (0, -3))),
        (Leaf("vector", 0.0), Leaf("vector", 1.0), Leaf("scalar", 2.0)),
    )
    assert canonical(layer) == Layer((Node("mul", (-1, 0)),), (Leaf("scalar", 2.0),))


def test_repeated_subexpressions_and_equal_constants_become_one():
    graph = Builder()
    first = graph.op("max", graph.x, graph.constant(0.5))
    second = graph.op("max", graph.constant(0.5), graph.x)
    graph.op(
        "mul", graph.op("add", first, graph.leaf("scalar", 1.0)), graph.op("sub", second, graph.leaf("scalar", 1.0))
    )
    layer = canonical(graph.layer(affine=True))
    assert [node.op for node in layer.nodes].count("max") == 1
    # Two trained leaves are two, however they start.
    assert sorted(layer.leaves) == [("constant", 0.5), ("scalar", 1.0), ("scalar", 1.0)]


def test_the_operands_of_what_does_not_commute_stay():
    forms = set()
    for a, b in ((0, -1), (-1, 0)):
        forms.add(canonical(Layer((Node("div", (a, b)),), (Leaf("vector", 1.0),))))
    assert len(forms) == 2


def test_fingerprints_differ_wherever_layers_do():
    base = KNOWN_LAYERS["evonorm_b0"]
    variants = [
        *KNOWN_LAYERS.values(),
        Layer(base.nodes, base.leaves, affine=False),
        Layer(base.nodes, (Leaf("vector", 0.5),)),
        Layer(base.nodes, (Leaf("scalar", 1.0),)),
        Layer((*base.nodes[:3], base.nodes[3]._replace(index_set="whc"), *base.nodes[4:]), base.leaves),
    ]
    assert len({fingerprint(canonical(layer)) for layer in variants}) == len(variants)


def test_the_fingerprint_is_the_same_on_every_machine():
    assert fingerprint(canonical(KNOWN_LAYERS["evonorm_s0"])) == 6300910816852102382


@pytest.mark.parametrize("depth", [3000])
def test_a_deep_layer_has_a_canonical_form(depth):
    layer = Layer(tuple(Node("neg", (i,)) for i in range(depth)), ())
    assert canonical(layer) == layer
