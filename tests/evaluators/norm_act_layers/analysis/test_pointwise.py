import math

import numpy as np
import pytest

from evaluators.norm_act_layers.analysis.pointwise import pointwise
from evaluators.norm_act_layers.analysis.runs import run
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written

X = np.linspace(-5, 5, 101)


def test_moments_are_those_of_the_normal_distribution():
    rectifier_mean, rectifier_square = 1 / math.sqrt(2 * math.pi), 0.5
    for moment, expected in {
        "mean": rectifier_mean,
        "meansq": rectifier_square,
        "rms": math.sqrt(rectifier_square),
        "var": rectifier_square - rectifier_mean**2,
        "std": math.sqrt(rectifier_square - rectifier_mean**2),
    }.items():
        part = pointwise(canonical(written(("max", "x", 0), (f"{moment}[whc]", "-1"), ("add", "-1", "x"))))
        (value,) = part.moments.values()
        assert value == pytest.approx(expected, rel=1e-9), moment


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("batch_norm", lambda x: x),
        ("bn_relu", lambda x: np.maximum(x, 0)),
        ("ln_gelu", None),
        ("evonorm_b0", lambda x: x / np.maximum(1, x + 1)),
        ("evonorm_b2", lambda x: x / np.maximum(1, 1 - x)),
        ("evonorm_s0", lambda x: x / (1 + np.exp(-x))),
    ],
)
def test_normalizations_become_their_activation(name, function):
    expected = pointwise(canonical(KNOWN_LAYERS["gelu"])).value(X) if function is None else function(X)
    np.testing.assert_allclose(pointwise(canonical(KNOWN_LAYERS[name])).value(X), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["frn_tlu", "evonorm_b1", "evonorm_s2", "ash"])
def test_a_large_tensor_is_near(name):
    layer = canonical(KNOWN_LAYERS[name])
    x = np.random.default_rng(1).standard_normal((4, 20_000, 4))
    np.testing.assert_allclose(pointwise(layer).value(x), run(layer, x), atol=0.1)


def test_what_is_linear_and_what_is_fixed_is_known():
    layer = canonical(KNOWN_LAYERS["bn_relu"])
    part = pointwise(layer)
    ops = {layer.nodes[r - 1].op for r in part.linear if r > 0}
    assert ops == {"sub", "div", "mul", "add"}
    assert {layer.nodes[r - 1].op for r in part.fixed if r > 0} == {"mean", "std"}
    assert pointwise(canonical(written(("mul", "x", "x"), ("div", 1, "-1")))).linear == {0}


def test_moments_of_what_does_not_vary_are_exact():
    layer = canonical(
        written(("mul", "v0.3", 1), ("std[c]", "-1"), ("rms[c]", "-2"), ("add", "-1", "-2"), ("add", "x", "-1"))
    )
    (by_op,) = [{layer.nodes[r - 1].op: value for r, value in pointwise(layer).moments.items()}]
    assert by_op == {"std": pytest.approx(math.sqrt(1e-5), rel=1e-12), "rms": pytest.approx(0.3, rel=1e-12)}


def test_a_moment_that_diverges_leaves_no_pointwise_part():
    assert pointwise(canonical(KNOWN_LAYERS["silu"])).defined
    assert not pointwise(canonical(written(("div", 1, "x"), ("var[wh]", "-1"), ("mul", "-1", "x")))).defined
    assert not pointwise(canonical(written(("mean[wh]", "x"), ("div", "x", "-1")))).defined
