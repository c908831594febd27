import math

import pytest
from scipy import special, stats

from evaluators.norm_act_layers.analysis.known import EXACT, NUMERIC
from evaluators.norm_act_layers.analysis.pointwise import pointwise
from evaluators.norm_act_layers.analysis.slopes import slopes
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written


def of(layer, singular=False, superlinear=False):
    return slopes(pointwise(canonical(layer)), singular, superlinear)


@pytest.mark.parametrize(
    ("name", "value", "first", "second"),
    [
        ("silu", 0, 0.5, 0.5),
        ("gelu", 0, 0.5, 2 * stats.norm.pdf(0)),
        ("mish", 0, math.tanh(math.log(2)), 16 / 25),
        ("evonorm_s0", 0, 0.5, 0.5),
        ("batch_norm", 0, 1, 0),
    ],
)
def test_derivatives_at_0(name, value, first, second):
    found = of(KNOWN_LAYERS[name])
    assert found.value_at_0.value == value
    assert found.at_0.value == pytest.approx(first, rel=1e-12)
    assert found.second_at_0.value == pytest.approx(second, rel=1e-9, abs=1e-12)


def test_a_kink_at_0_has_no_derivative():
    assert math.isnan(of(KNOWN_LAYERS["relu"]).at_0.value)
    assert math.isnan(of(written(("signed_sqrt", "x"))).at_0.value)


def test_the_steepest_slopes_are_the_known_ones():
    """GELU is steepest at sqrt(2); of SiLU the greatest slope is 1.0998 (Ramachandran, Zoph, Le 2017: about 1.1)."""
    steepest = special.ndtr(math.sqrt(2)) + math.sqrt(2) * stats.norm.pdf(math.sqrt(2))
    gelu, silu = of(KNOWN_LAYERS["gelu"]), of(KNOWN_LAYERS["silu"])
    assert gelu.lipschitz.value == pytest.approx(steepest, rel=1e-6)
    assert gelu.enclosed.high == pytest.approx(steepest, rel=1e-3)
    assert gelu.enclosed.high > steepest
    assert silu.lipschitz.value == pytest.approx(1.0998, abs=1e-4)


def test_exact_where_intervals_show_it():
    relu = of(KNOWN_LAYERS["relu"])
    assert (relu.monotone, relu.monotone_how) == ("increasing", EXACT)
    assert (relu.lipschitz.value, relu.lipschitz.how) == (1, EXACT)
    assert relu.everywhere == (0, 1)
    silu = of(KNOWN_LAYERS["silu"])
    assert (silu.monotone, silu.lipschitz.how) == ("no", NUMERIC)
    assert of(written(("neg", "x"), ("tanh", "-1"))).monotone == "decreasing"


def test_no_bound_where_there_is_none():
    assert of(written(("div", 1, "x")), singular=True).lipschitz.value == math.inf
    assert of(written(("square", "x")), superlinear=True).lipschitz.value == math.inf
    assert of(written(("div", 1, "x")), singular=True).monotone == "no"


def test_where_moments_diverge_nothing_is_known():
    found = of(written(("mean[wh]", "x"), ("div", "x", "-1")))
    assert math.isnan(found.at_0.value)
    assert math.isnan(found.sampled.size)
