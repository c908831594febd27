from fractions import Fraction

import mpmath
import pytest

from evaluators.targets import TARGETS, make_target, target

REQUIRED = {
    "exp2", "exp", "log2", "log", "log1p", "sin", "cos", "tan", "tanh", "atan", "erf", "sigmoid", "gelu", "sqrt",
    "rsqrt", "airy_ai", "bessel_j0", "gamma",
}  # fmt: skip


def test_the_registry_holds_the_required_functions():
    assert set(TARGETS) >= REQUIRED


@pytest.mark.parametrize("name", TARGETS)
def test_every_registered_target_is_sound_on_its_default_domain(name):
    assert target(name) is not None
    assert target(name).name == name


@pytest.mark.parametrize("name", [name for name in TARGETS if TARGETS[name].metric == "absolute"])
def test_absolute_is_the_default_only_where_the_function_has_a_zero(name):
    with pytest.raises(ValueError, match=r"is zero near x = .*--error absolute"):
        target(name, metric="relative")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "exp3"}, "unknown function 'exp3', did you mean 'exp"),
        ({"name": "qqqq"}, "known are: exp2"),
        ({"name": "tan", "domain": "0,pi"}, "pole.*near x = 1.5708"),
        ({"name": "log", "domain": "0,1"}, "near x = 0 in the domain"),
        ({"name": "gamma", "domain": "-0.5,0.5"}, "near x = 0 "),
        ({"name": "exp", "domain": "1,0"}, "empty or reversed"),
        ({"name": "exp", "domain": (1, 1)}, "empty or reversed"),
        ({"name": "exp", "domain": "0,1,2"}, "has 3"),
        ({"name": "exp", "domain": "0,x"}, "must be a constant"),
        ({"name": "exp", "domain": "0,oo"}, "cannot read the end 'oo'"),
        ({"name": "exp", "domain": (float("nan"), 1)}, "cannot read the end nan"),
        ({"name": "exp", "domain": (0, float("inf"))}, "cannot read the end inf"),
        ({"name": "exp", "metric": "ulp"}, "unknown error metric 'ulp'"),
        ({"name": "exp", "weight": "x"}, "weight x is not positive.*near x = 0"),
        ({"name": "exp", "weight": "1/(x-0.5)**2"}, "weight.*near x = 0.5"),
        ({"name": "exp", "domain": "0,1000"}, r"exp\(x\) grows beyond doubles near x = 693.147"),
        ({"name": "exp", "domain": "-1000,0", "metric": "relative"}, "falls below doubles near x = -1000"),
        ({"name": "exp", "domain": "1,1+1e-30"}, "holds no two doubles"),
        ({"name": "sin", "domain": "3,4", "metric": "relative"}, "zero near x = 3.14159"),
    ],
)
def test_refusals_name_the_rule_and_the_cure(arguments, message):
    with pytest.raises(ValueError, match=message) as refusal:
        target(**arguments)
    assert "\n" not in str(refusal.value)


def test_a_domain_that_leaves_the_zero_out_allows_relative_error():
    assert target("sin", domain="1e-3,pi/4", metric="relative").metric == "relative"


def test_user_expressions():
    made = make_target("exp(-x**2)", domain="0,1")
    assert (made.name, made.lower, made.upper, made.metric) == ("exp(-x**2)", "0", "1", "relative")
    with pytest.raises(ValueError, match="unknown function 'expp'"):
        make_target("expp(x)", "0,1")


def test_floats_are_kept_exactly_and_decimals_as_written():
    assert Fraction(make_target("exp(x)", (0.1, 1)).lower) == Fraction(0.1)
    assert make_target("exp(x)", "0.1,1").lower == "0.1"
    assert make_target("exp(x)", (Fraction(1, 3), 1)).lower == "1/3"
    upper = target("sin").ends()[1]
    assert abs(float(upper) - float(mpmath.pi / 4)) < 1e-15
