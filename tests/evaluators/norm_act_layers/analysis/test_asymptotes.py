import math

import pytest
import sympy

from evaluators.norm_act_layers.analysis.asymptotes import asymptote
from evaluators.norm_act_layers.analysis.known import EXACT, NUMERIC
from evaluators.norm_act_layers.analysis.pointwise import pointwise
from evaluators.norm_act_layers.analysis.symbolic import expression
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written


def sides(layer):
    part = pointwise(canonical(layer))
    return asymptote(part, -1), asymptote(part, 1)


@pytest.mark.parametrize("name", ["silu", "gelu", "mish", "relu"])
def test_activations_go_from_0_to_x(name):
    left, right = sides(KNOWN_LAYERS[name])
    assert (left.power, left.coefficient, left.how) == (0, 0, EXACT)
    assert (right.slope, right.offset, right.how) == (1, 0, EXACT)


@pytest.mark.parametrize(
    "layer",
    [
        written(("mul", "x", 3), ("add", "-1", 2), ("sub", "x", 1), ("div", "-2", "-1")),
        written(("square", "x"), ("add", "-1", "x"), ("add", "x", 2), ("div", "-2", "-1")),
        written(("exp", "x"), ("add", "-1", 1), ("div", 1, "-1")),
    ],
    ids=["limit", "line", "sigmoid"],
)
def test_slopes_and_offsets_are_sympys_limits(layer):
    y, x = expression(canonical(layer)), sympy.Symbol("x", real=True)
    for side in sides(layer):
        infinity = side.side * sympy.oo
        slope = sympy.limit(y / x, x, infinity)
        offset = sympy.limit(y - slope * x, x, infinity)
        assert side.slope == pytest.approx(float(slope), abs=1e-3)
        assert (side.coefficient if side.power == 0 else side.offset) == pytest.approx(float(offset), abs=1e-3)


@pytest.mark.parametrize(
    ("statements", "power", "coefficient", "how"),
    [
        ((("square", "x"), ("mul", "-1", 3)), 2, 3, EXACT),
        ((("signed_sqrt", "x"),), 0.5, 1, EXACT),
        ((("exp", "x"),), math.inf, 1, EXACT),
        ((("sin", "x"),), math.nan, math.nan, NUMERIC),
        ((("sin", "x"), ("div", "-1", "x")), 0, 0, NUMERIC),
        ((("signed_log", "x"),), math.nan, math.nan, NUMERIC),
        ((("signed_log", "x"), ("add", "x", "-1")), 1, 1, EXACT),
        ((("neg", "x"), ("sqrt", "-1")), math.nan, math.nan, NUMERIC),
    ],
    ids=lambda value: "" if not isinstance(value, tuple) else value[-1][0],
)
def test_other_growth(statements, power, coefficient, how):
    _, right = sides(written(*statements))
    assert right.power == pytest.approx(power, nan_ok=True)
    assert right.coefficient == pytest.approx(coefficient, nan_ok=True, abs=1e-3)
    assert right.how == how


def test_a_logarithm_leaves_no_straight_line():
    _, right = sides(written(("signed_log", "x"), ("add", "x", "-1")))
    assert math.isnan(right.offset)
    assert right.slope == 1


def test_evonorm_b0_saturates_on_the_right():
    left, right = sides(KNOWN_LAYERS["evonorm_b0"])
    assert (left.slope, right.power, right.coefficient) == (1, 0, 1)
