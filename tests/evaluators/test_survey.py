import pytest
from flint import arb

from evaluators.expression import parse
from evaluators.survey import first_failure


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1/(x - 1/3)", "near x = 0.333333"),
        ("1/(x - 1/3)**2", "near x = 0.333333"),
        ("1/x", "near x = 0"),
        ("1/(1 - x)", "near x = 1"),
        ("log(x - 0.25)", "near x = 0"),
        ("exp(x)", ""),
        ("1/(x + 1e-6)", ""),
    ],
)
def test_poles_are_found_and_near_misses_are_not_mistaken(text, place):
    assert first_failure(parse(text).enclose, arb(0), arb(1), lambda _: True) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [("x - 0.7", "near x = 0.7"), ("(x - 0.7)**2", "near x = 0.7"), ("x - sin(x) + 1e-9", ""), ("x", "near x = 0")],
)
def test_zeros_are_found(text, place):
    assert first_failure(parse(text).enclose, arb(0), arb(1), lambda value: not value.contains(0)) == place


def test_what_cannot_be_decided_within_the_budget_is_said_so():
    place = first_failure(parse("x").enclose, arb(0), arb(1), lambda value: float(value.rad()) < 1e-5)
    assert place.startswith("between x = ")
    assert "not excluded by 4096 pieces" in place
