import random

import numpy as np
import pytest

from search_spaces.norm_act_layers.builder import Builder
from search_spaces.norm_act_layers.evonorm import evonorm_vocabulary, random_graph
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import Layer, live_nodes
from search_spaces.norm_act_layers.norm_act import norm_act_vocabulary
from search_spaces.norm_act_layers.value_facts import flaw, value_facts
from tests.search_spaces.norm_act_layers.layers import SHAPE, random_input, value

AXES = {"batch": 0, "space": (1, 2), "channels": 3}


def graphs(count=400):
    rng = random.Random(0)
    both = (evonorm_vocabulary(), norm_act_vocabulary())
    return [random_graph(vocabulary, rng) for vocabulary in both for _ in range(count)]


def leaves(layer, seed):
    rng = np.random.default_rng(seed)
    shapes = {"vector": SHAPE[-1:], "scalar": ()}
    return [
        np.float64(leaf.value) if leaf.kind == "constant" else rng.standard_normal(shapes[leaf.kind])
        for leaf in layer.leaves
    ]


def test_what_is_known_of_a_value_holds_for_every_input_and_parameter():
    x, other = random_input(0), 1.7 * random_input(1)
    checked = 0
    for layer in graphs():
        for reference, facts in value_facts(layer).items():
            if reference <= 0:
                continue
            part = Layer(layer.nodes[:reference], layer.leaves)
            y = value(part, x, leaves(layer, 0))
            if not np.isfinite(y).all():
                continue
            checked += 1
            for axis in AXES.keys() - facts.varies:
                # Rounding, magnified by what follows a moment of equal values.
                assert np.ptp(y, AXES[axis]).max() <= 1e-3 * (1 + np.abs(y).max())
            if facts.non_negative:
                assert y.min() >= 0
            if not facts.depends_on_x:
                np.testing.assert_array_equal(y, value(part, other, leaves(layer, 0)))
            if not facts.trained:
                np.testing.assert_array_equal(y, value(part, x, leaves(layer, 1)))
            if facts.affine:
                scaled = value(part, 3 * x - 1, leaves(layer, 0))
                shift = value(part, 0 * x, leaves(layer, 0))
                at_one = value(part, 0 * x + 1, leaves(layer, 0))
                np.testing.assert_allclose(scaled, shift + (at_one - shift) * (3 * x - 1), rtol=1e-6, atol=1e-6)
    assert checked > 1000


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_known_layers_have_no_flaw(name):
    assert flaw(KNOWN_LAYERS[name]) is None


def written(write):
    graph = Builder()
    write(graph)
    return graph.layer(affine=True)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda g: g.op("mul", g.x, g.op("exp", g.constant(1.0))), "node 0 (exp) computes a constant"),
        (lambda g: g.op("exp", g.leaf("vector", 1.0)), "the output does not depend on x"),
        (lambda g: g.moment("mean", "wh"), "the output is the same at every place"),
        (lambda g: g.op("mul", g.x, g.leaf("vector", 1.0)), "the output is x, scaled and shifted"),
        (lambda g: g.op("neg", g.op("add", g.x, g.leaf("scalar", 1.0))), "the output is x, scaled and shifted"),
        (lambda g: g.op("div", g.x, g.leaf("scalar", 1.0)), "the output is x, scaled and shifted"),
        (
            lambda g: g.op("div", g.x, g.moment("std", "wh", g.leaf("vector", 1.0))),
            "node 0 (std) is a moment of what does not depend on x",
        ),
        (
            lambda g: g.op("div", g.x, g.moment("std", "wh", g.moment("mean", "whc"))),
            "node 1 (std) is a moment of equal values",
        ),
        (lambda g: g.op("sqrt", g.x), "node 0 (sqrt) may have a negative operand"),
        (
            lambda g: g.op("rsqrt", g.op("mul", g.x, g.leaf("vector", 1.0))),
            "node 1 (rsqrt) may have a negative operand",
        ),
        (lambda g: g.op("abs", g.op("exp", g.x)), "node 1 (abs) is its operand"),
        (lambda g: g.op("max", g.op("sin", g.x), 1), "node 1 (max) has equal operands"),
        (lambda g: g.op("exp", g.op("sub", g.x, g.x)), "node 0 (sub) has equal operands"),
        (lambda g: g.op("mul", g.op("exp", g.x), g.constant(1.0)), "node 1 (mul) has the operand 1"),
        (lambda g: g.op("div", g.op("exp", g.x), g.constant(0.0)), "node 1 (div) has the operand 0"),
    ],
)
def test_flaws_are_named(write, reason):
    assert flaw(written(write)) == reason


@pytest.mark.parametrize(
    "write",
    [
        lambda g: g.op("sqrt", g.op("square", g.x)),
        lambda g: g.op("rsqrt", g.op("max", g.x, g.constant(0.5))),
        lambda g: g.op("sqrt", g.op("mul", g.x, g.x)),
        lambda g: g.op("div", g.constant(1.0), g.op("exp", g.x)),
        lambda g: g.op("max", g.x, g.constant(0.0)),
        lambda g: g.op("div", g.x, g.moment("std", "c", g.moment("mean", "wh"))),
        lambda g: g.op("sub", g.x, g.moment("mean", "wh")),
    ],
)
def test_what_may_be_of_use_has_no_flaw(write):
    assert flaw(written(write)) is None


def test_facts_are_told_of_live_values_only():
    layer = graphs(1)[0]
    assert {r for r in value_facts(layer) if r > 0} == set(live_nodes(layer))
