import math

import numpy as np
import pytest

from evaluators.norm_act_layers.analysis.runs import random_tensor
from evaluators.norm_act_layers.analysis.scale_response import ANY, Per, scale_response
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written

INPUTS = 4 * random_tensor(np.random.default_rng(0), 6, 9, 64)
NONE = math.nan


def response(layer):
    return scale_response(canonical(layer), INPUTS)


KNOWN = {
    "batch_norm": (0, NONE, 0),
    "layer_norm": (0, 0, NONE),
    "layer_norm_tokens": (0, 0, NONE),
    "rms_norm": (0, 0, NONE),
    "instance_norm": (0, 0, 0),
    "group_norm": (0, 0, NONE),
    "relu": (1, 1, 1),
    "silu": (NONE, NONE, NONE),
    "bn_relu": (0, NONE, 0),
    "frn_tlu": (0, 0, 0),
    "evonorm_b0": (0, NONE, 0),
    "evonorm_b1": (NONE, NONE, NONE),
    "evonorm_b2": (0, NONE, 0),
    "evonorm_s0": (NONE, NONE, NONE),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_layers_respond_as_known_by_graph_and_by_measurement(name):
    """EvoNorm's paper proves that B0 is invariant (its section 5); S0 is not while v1 is not 0."""
    found = response(KNOWN_LAYERS[name])
    for per, expected in zip(Per, KNOWN[name], strict=True):
        assert found.degrees[per] == pytest.approx(expected, nan_ok=True), per
        assert found.measured[per] == pytest.approx(expected, nan_ok=True, abs=2e-3), per
    assert found.invariant == (KNOWN[name][0] == 0)


@pytest.mark.parametrize(
    ("statements", "degree"),
    [
        ((("square", "x"), ("mul", "-1", "x")), 3),
        ((("signed_sqrt", "x"),), 0.5),
        ((("abs", "x"), ("rsqrt", "-1")), -0.5),
        ((("var[wh]", "x"), ("div", "x", "-1")), -1),
        ((("meansq[c]", "x"), ("sqrt", "-1"), ("mul", "-1", "x")), 2),
        ((("min", "x", 0), ("max", "x", "-1")), 1),
        ((("add", "x", 1),), NONE),
        ((("softplus", "x"),), NONE),
    ],
)
def test_degrees_of_powers(statements, degree):
    found = response(written(*statements))
    assert found.degrees[Per.TENSOR] == pytest.approx(degree, nan_ok=True)
    assert found.measured[Per.TENSOR] == pytest.approx(degree, nan_ok=True, abs=2e-3)


def test_leaves_that_start_at_0_play_no_part_at_the_start():
    found = response(written(("add", "x", "v0")))
    assert math.isnan(found.degrees[Per.TENSOR])
    assert found.at_start[Per.TENSOR] == found.measured[Per.TENSOR] == 1
    assert response(written(("mul", "x", 0))).degrees[Per.TENSOR] == ANY
    assert response(written(("mul", "x", 0), ("rms[wh]", "-1"), ("div", "x", "-1"))).degrees[Per.TENSOR] == 1
