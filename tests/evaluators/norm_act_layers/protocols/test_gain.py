import math

import numpy as np
import pytest

from evaluators.norm_act_layers.protocols.gain import GAIN
from evaluators.norm_act_layers.protocols.specimen import INITIAL
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.protocols.specimens import figure, probes, written


@pytest.mark.parametrize("factor", [1e-4, 1.0, 1e4])
def test_the_gain_of_a_multiple_is_the_factor(factor):
    assert figure(GAIN, written(("mul", "x", factor))) == pytest.approx(factor, rel=1e-5)


def test_what_is_added_to_a_channel_does_not_count():
    assert figure(GAIN, written(("mean[bwh]", "x"), ("add", "-1", "x"))) == pytest.approx(1, rel=1e-5)


def test_the_probe_farther_from_1_counts():
    """The second probe is larger than the first."""
    x = probes().plain.x[INITIAL].astype(np.float64)
    ratios = [np.sqrt((probe**2).var((0, 1)).mean() / probe.var((0, 1)).mean()) for probe in x]
    assert 1 < ratios[0] < ratios[1] == pytest.approx(figure(GAIN, written(("square", "x"))), rel=1e-5)
    ratios = [np.sqrt(1 / probe.var((0, 1)).mean()) for probe in x]
    assert ratios[1] < 1
    assert figure(GAIN, KNOWN_LAYERS["batch_norm"]) == pytest.approx(ratios[1], rel=1e-3)


def test_an_explosion_and_a_loss_are_beyond_the_bounds():
    assert figure(GAIN, written(("square", "x"), ("exp", "-1"))) > 1e3
    assert figure(GAIN, written(("max", "x", 100))) == 0
    assert math.isfinite(figure(GAIN, KNOWN_LAYERS["evonorm_b1"]))
