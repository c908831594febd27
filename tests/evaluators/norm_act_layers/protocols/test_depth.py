import math

import pytest

from evaluators.norm_act_layers.protocols.depth import Depth
from evaluators.norm_act_layers.settings import StabilityConfig
from search_spaces.norm_act_layers import KNOWN_LAYERS, Layer, Leaf, Node

DEPTH = Depth(StabilityConfig())


def times(factor):
    return Layer((Node("mul", (0, -1)),), (Leaf("constant", factor),), affine=False)


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_known_layers_pass(name):
    assert DEPTH.passes(DEPTH.figure(KNOWN_LAYERS[name]))


def test_a_factor_counts_once_for_every_layer_between():
    # The softmax saturates with the logits, which changes where the gradient points and little else.
    assert DEPTH.figure(times(1.2)) / DEPTH.figure(times(1.0)) == pytest.approx(1.2**15, rel=0.5)
    assert DEPTH.figure(times(1e-3)) / DEPTH.figure(times(1e-2)) == pytest.approx(1e-15, rel=0.01)


@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_gradients_that_vanish_or_explode_are_turned_away(factor):
    assert not DEPTH.passes(DEPTH.figure(times(factor)))


def test_a_gradient_that_is_none_is_turned_away():
    dead = Layer((Node("min", (0, -1)), Node("mul", (1, -1))), (Leaf("constant", 0.0),))
    assert math.isnan(DEPTH.figure(dead))
    assert not DEPTH.passes(math.nan)


def test_the_bounds_are_those_of_the_settings():
    narrow = Depth(StabilityConfig(min_depth_gradient=0.5, max_depth_gradient=2.0))
    assert [narrow.passes(figure) for figure in (0.49, 0.5, 2.0, 2.01)] == [False, True, True, False]
