import math

import numpy as np
import pytest
from scipy import optimize, special

from evaluators.norm_act_layers.analysis.known import EXACT, NUMERIC
from evaluators.norm_act_layers.analysis.pointwise import pointwise
from evaluators.norm_act_layers.analysis.special_points import Kind, special_points
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written

ACTIVATIONS = {
    "silu": lambda x: x * special.expit(x),
    "gelu": lambda x: x * special.ndtr(x),
    "mish": lambda x: x * np.tanh(np.logaddexp(0, x)),
}


def points(layer):
    return special_points(pointwise(canonical(layer)))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_minima_are_those_that_scipy_finds(name):
    lowest = optimize.minimize_scalar(ACTIVATIONS[name], bounds=(-3, 0), method="bounded", options={"xatol": 1e-10})
    zero_and_minimum = {point.kind: point for point in points(KNOWN_LAYERS[name])}
    assert set(zero_and_minimum) == {Kind.ZERO, Kind.MINIMUM}
    assert zero_and_minimum[Kind.MINIMUM].x == pytest.approx(lowest.x, abs=1e-6)
    assert zero_and_minimum[Kind.MINIMUM].y == pytest.approx(lowest.fun, rel=1e-12)
    assert zero_and_minimum[Kind.ZERO].x == pytest.approx(0, abs=1e-12)


def test_the_published_minimum_of_silu():
    (minimum,) = (point for point in points(KNOWN_LAYERS["silu"]) if point.kind is Kind.MINIMUM)
    assert minimum.y == pytest.approx(-0.278, abs=5e-4)


@pytest.mark.parametrize(
    ("statements", "kind", "place", "how"),
    [
        ((("max", "x", 0),), Kind.KINK, 0, EXACT),
        ((("sub", "x", 1.5), ("abs", "-1")), Kind.KINK, 1.5, EXACT),
        ((("square", "x"), ("max", "-1", "x")), Kind.KINK, 1, NUMERIC),
        ((("abs", "x"), ("sqrt", "-1")), Kind.CUSP, 0, EXACT),
        ((("signed_sqrt", "x"),), Kind.CUSP, 0, EXACT),
        ((("sub", "x", 2), ("div", "x", "-1")), Kind.POLE, 2, EXACT),
        ((("signed_log", "x"),), Kind.POLE, 0, EXACT),
        ((("signed_log", "x"), ("mul", "-1", "x")), Kind.HOLE, 0, EXACT),
        ((("sin", "x"), ("div", "-1", "x")), Kind.HOLE, 0, EXACT),
        ((("abs", "x"), ("div", "x", "-1")), Kind.JUMP, 0, EXACT),
        ((("sub", 1, "x"), ("sqrt", "-1")), Kind.EDGE, 1, EXACT),
    ],
    ids=lambda value: value.value if isinstance(value, Kind) else "",
)
def test_breaks_are_found_and_named(statements, kind, place, how):
    breaks = [p for p in points(written(*statements)) if p.kind not in (Kind.ZERO, Kind.MINIMUM, Kind.MAXIMUM)]
    chosen = [p for p in breaks if p.x == pytest.approx(place, abs=1e-9)]
    assert [(p.kind, p.how) for p in chosen] == [(kind, how)]


def test_kinks_that_the_output_does_not_have_are_left_out():
    assert not [p for p in points(written(("abs", "x"), ("mul", "-1", "x"))) if p.kind is Kind.KINK]
    assert not [p for p in points(KNOWN_LAYERS["evonorm_b0"]) if p.kind is Kind.KINK]


def test_slopes_on_both_sides_of_a_kink():
    (kink,) = (p for p in points(KNOWN_LAYERS["crrelu"]) if p.kind is Kind.KINK)
    assert (kink.left, kink.right) == (pytest.approx(0.01, abs=1e-6), pytest.approx(1.01, abs=1e-6))


def test_an_extreme_at_a_kink_is_one():
    (lowest,) = (p for p in points(written(("sub", "x", 1.5), ("abs", "-1"))) if p.kind is Kind.MINIMUM)
    assert (lowest.x, lowest.how) == (pytest.approx(1.5, abs=1e-9), EXACT)


def test_where_moments_diverge_there_are_none():
    assert points(written(("mean[wh]", "x"), ("div", "x", "-1"))) == ()
    assert all(math.isfinite(point.x) for point in points(written(("sin", "x"), ("div", 1, "-1"))))
