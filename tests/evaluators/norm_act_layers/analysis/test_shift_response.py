import math

import numpy as np
import pytest

from evaluators.norm_act_layers.analysis.runs import random_tensor
from evaluators.norm_act_layers.analysis.scale_response import Per
from evaluators.norm_act_layers.analysis.shift_response import shift_response
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written

INPUTS = 4 * random_tensor(np.random.default_rng(0), 6, 9, 64)
NONE = math.nan

CASES = {
    "batch_norm": (KNOWN_LAYERS["batch_norm"], (0, NONE, 0)),
    "layer_norm": (KNOWN_LAYERS["layer_norm"], (0, 0, NONE)),
    "instance_norm": (KNOWN_LAYERS["instance_norm"], (0, 0, 0)),
    "rms_norm": (KNOWN_LAYERS["rms_norm"], (NONE, NONE, NONE)),
    "bn_relu": (KNOWN_LAYERS["bn_relu"], (0, NONE, 0)),
    "relu": (KNOWN_LAYERS["relu"], (NONE, NONE, NONE)),
    "evonorm_s0": (KNOWN_LAYERS["evonorm_s0"], (NONE, NONE, NONE)),
    "mean added": (written(("mean[wh]", "x"), ("add", "-1", "x")), (2, 2, 2)),
    "multiple": (written(("div", "x", 4), ("neg", "-1")), (-0.25, -0.25, -0.25)),
    "centred twice": (written(("mean[bwh]", "x"), ("sub", "x", "-1"), ("abs", "-1")), (0, NONE, 0)),
    "maximum": (written(("mean[wh]", "x"), ("max", "x", "-1")), (1, 1, 1)),
}


@pytest.mark.parametrize(("layer", "factors"), CASES.values(), ids=CASES)
def test_layers_follow_as_known_by_graph_and_by_measurement(layer, factors):
    found = shift_response(canonical(layer), INPUTS)
    for per, expected in zip(Per, factors, strict=True):
        assert found.factors[per] == pytest.approx(expected, nan_ok=True), per
        assert found.measured[per] == pytest.approx(expected, nan_ok=True, abs=1e-5), per
    assert found.invariant == (factors[0] == 0)


def test_what_a_trained_factor_does_is_not_known():
    found = shift_response(canonical(written(("mul", "x", "v1"))), INPUTS)
    assert math.isnan(found.factors[Per.TENSOR])
    assert found.measured[Per.TENSOR] == 1
