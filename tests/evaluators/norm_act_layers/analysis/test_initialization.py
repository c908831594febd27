import math

import pytest
from scipy import integrate, special, stats

from evaluators.norm_act_layers.analysis.initialization import FORWARD, INVARIANT, KUMAR, NONE
from evaluators.norm_act_layers.analysis.initialization import initialization as initialize
from evaluators.norm_act_layers.analysis.pointwise import pointwise
from evaluators.norm_act_layers.analysis.slopes import slopes
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written


def initialization(layer, breaks=(0.0,), invariant=False):
    part = pointwise(canonical(layer))
    at_0 = slopes(part, False, False).at_0.value
    return initialize(part, at_0, breaks, invariant, num_channels=16, seed=0)


def gain(function):
    square, _ = integrate.quad(lambda z: function(z) ** 2 * stats.norm.pdf(z), -12, 12, limit=200, points=[0])
    return 1 / square


def test_relu_has_the_gains_of_he():
    found = initialization(KNOWN_LAYERS["relu"])
    assert found.rule == FORWARD
    assert (found.variance, found.forward.value, found.backward.value) == (pytest.approx(2, rel=1e-9),) * 3


@pytest.mark.parametrize(
    ("statements", "variance"),
    [((("tanh", "x"),), 1), ((("sigmoid", "x"),), 12.8), ((("mul", "x", 2),), 0.25)],
    ids=["tanh", "sigmoid", "2 x"],
)
def test_smooth_functions_have_the_variance_of_kumar(statements, variance):
    """His abstract has 3.6^2 / N for the logistic function, 12.8 = 3.58^2."""
    found = initialization(written(*statements))
    assert (found.rule, found.variance) == (KUMAR, pytest.approx(variance, rel=1e-9))


@pytest.mark.parametrize(
    ("name", "function", "slope"),
    [
        ("silu", lambda z: z * special.expit(z), lambda z: special.expit(z) * (1 + z * special.expit(-z))),
        ("gelu", lambda z: z * special.ndtr(z), lambda z: special.ndtr(z) + z * stats.norm.pdf(z)),
    ],
)
def test_gains_are_scipys_integrals(name, function, slope):
    found = initialization(KNOWN_LAYERS[name])
    assert found.forward.value == pytest.approx(gain(function), rel=1e-8)
    assert found.backward.value == pytest.approx(gain(slope), rel=1e-8)


def test_torch_has_the_same_gains():
    init = pytest.importorskip("torch", reason="torch is not installed").nn.init
    leaky = written(("mul", "x", 0.2), ("max", "-1", "x"))
    assert math.sqrt(initialization(KNOWN_LAYERS["relu"]).forward.value) == pytest.approx(init.calculate_gain("relu"))
    found = math.sqrt(initialization(leaky).forward.value)
    assert found == pytest.approx(init.calculate_gain("leaky_relu", 0.2), rel=1e-6)


def test_invariant_layers_take_any_weights():
    found = initialization(KNOWN_LAYERS["bn_relu"], invariant=True)
    assert found.rule == INVARIANT
    assert math.isnan(found.variance)
    assert found.variance_map is None


def test_instance_norm_has_the_backward_gain_of_its_formula():
    """Of n places the adjoint loses 2 directions; the mean of 1 / variance is n / (n - 3)."""
    n = 36
    found = initialization(KNOWN_LAYERS["instance_norm"], invariant=True).measured_backward
    assert found.value == pytest.approx(1 / ((1 - 2 / n) * n / (n - 3)), abs=4 * found.deviation)
    assert 0 < found.deviation < 0.02


def test_moments_rule_out_kumar_and_what_diverges_has_no_rule():
    assert initialization(KNOWN_LAYERS["evonorm_s0"]).rule == FORWARD
    assert initialization(written(("div", 1, "x"))).rule == NONE
