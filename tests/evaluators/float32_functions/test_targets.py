import math

import numpy as np
import pytest

from evaluators.float32_functions.reference import reference
from evaluators.float32_functions.targets import TARGETS, target


@pytest.mark.parametrize("name", [name for name, row in TARGETS.items() if row.direction == 1])
def test_functions_that_grow_do(name):
    x = np.sort(np.random.default_rng(1).standard_cauchy(2000))
    values = reference(TARGETS[name], x)
    values = values[~np.isnan(values)]
    assert (values[1:] >= values[:-1]).all()


@pytest.mark.parametrize("name", [name for name, row in TARGETS.items() if row.direction == 0])
def test_functions_that_turn_do(name):
    values = reference(TARGETS[name], np.linspace(-3, 3.1, 100))
    assert set(np.sign(np.diff(values))) == {-1, 1}


def test_twelve_functions_stand_on_all_inputs_but_sin_and_cos():
    assert len(TARGETS) == 12
    assert {name for name, row in TARGETS.items() if not row.full} == {"sin", "cos"}


def test_nan_belongs_to_a_target_but_not_to_a_part_of_its_line():
    x = np.float32([-math.inf, 0, 1, 2, math.nan])
    assert TARGETS["exp"].contains(x).all()
    assert list(target("exp", 0, 1).contains(x)) == [False, True, True, False, False]
    assert list(target("exp", upper=1).contains(x)) == [True, True, True, False, False]
    assert target("sin") is TARGETS["sin"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tahn",), r"unknown float32 function 'tahn', did you mean 'tanh'\? known are: exp2, exp"),
        (("exp", 1.0, 0.0), "the domain of exp is empty or reversed: 1.0,0.0; give the smaller end first"),
        (("exp", math.nan, 1.0), "the domain of exp is empty or reversed"),
        (("sin", 0.0, 1e4), "sin has reference values on -8192,8192 only, not on all of 0,10000"),
    ],
)
def test_mistakes_are_named(arguments, message):
    with pytest.raises(ValueError, match=message) as caught:
        target(*arguments)
    assert "\n" not in str(caught.value)
