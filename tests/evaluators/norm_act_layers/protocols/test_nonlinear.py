import math

import numpy as np
import pytest

from evaluators.norm_act_layers.protocols.nonlinear import NONLINEAR
from evaluators.norm_act_layers.protocols.specimen import MOVED
from evaluators.norm_act_layers.settings import ProtocolsConfig
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.protocols.specimens import figure, probes, written

LEAST = ProtocolsConfig().min_nonlinearity


@pytest.mark.parametrize(
    "layer",
    [
        written(("mul", "x", "v1")),
        written(("mul", "x", "s1"), ("add", "-1", "v0"), ("neg", "-1")),
        written(("square", "x"), ("div", "-1", "x")),
        written(("mean[bwh]", "x"), ("sub", "x", "-1")),
        KNOWN_LAYERS["batch_norm"],
        written(("exp", "x"), ("signed_log", "-1")),
    ],
    ids=["vector", "scalar", "x^2 / x", "centred", "BatchNorm", "logarithm of the exponential"],
)
def test_what_is_linear_within_a_batch_is_not_explained_to_rounding_only(layer):
    assert figure(NONLINEAR, layer) < 1e-9 < LEAST


@pytest.mark.parametrize("name", ["layer_norm", "instance_norm", "group_norm", "rms_norm"])
def test_statistics_of_a_sample_are_not_linear(name):
    assert figure(NONLINEAR, KNOWN_LAYERS[name]) > 0.1


def test_what_training_makes_nonlinear_passes():
    assert figure(NONLINEAR, written(("mul", "x", "s0"), ("sigmoid", "-1"), ("mul", "-1", "x"))) > 1e-3


def test_a_faint_nonlinearity_passes():
    assert 1e-4 > figure(NONLINEAR, written(("mul", "x", 0.03), ("tanh", "-1"))) > LEAST


def test_a_layer_that_training_may_make_infinite_is_not_judged():
    layer = written(("mul", "v0", 1e3), ("exp", "-1"), ("mul", "-1", "x"))
    assert figure(NONLINEAR, layer) == math.inf


def test_the_figure_is_what_a_regression_leaves():
    x = probes().plain.x[MOVED].astype(np.float64)
    shares = []
    for probe in x:
        residual = total = 0.0
        for c in range(probe.shape[-1]):
            a, b = probe[..., c].reshape(-1), np.maximum(probe[..., c], 0).reshape(-1)
            fit = np.polynomial.Polynomial.fit(a, b, 1)
            residual += ((b - fit(a)) ** 2).sum()
            total += ((b - b.mean()) ** 2).sum()
        shares.append(residual / total)
    assert figure(NONLINEAR, KNOWN_LAYERS["relu"]) == pytest.approx(max(shares), rel=1e-6)
