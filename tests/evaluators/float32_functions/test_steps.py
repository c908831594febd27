import math

import numpy as np
import pytest

from evaluators.float32_functions.reference import reference
from evaluators.float32_functions.steps import wrong_steps
from evaluators.float32_functions.targets import TARGETS


def test_functions_that_grow_must_not_fall():
    got = np.array([0.0, 1.0, 1.0, 0.5, 0.75, math.nan, 0.25, 0.125])
    assert wrong_steps(TARGETS["exp"], got, got).tolist() == [3, 7]


@pytest.mark.parametrize("name", ["sin", "cos", "gelu"])
def test_functions_that_turn_must_turn_where_the_exact_one_does(name):
    x = np.linspace(-4, 4.1, 200)
    exact = reference(TARGETS[name], x)
    assert wrong_steps(TARGETS[name], exact, exact).tolist() == []
    assert wrong_steps(TARGETS[name], -exact, exact).tolist() == list(range(1, 200))
    bent = exact.copy()
    bent[77] += 0.2
    up, down = exact[77] > exact[76], exact[78] > exact[77]
    assert wrong_steps(TARGETS[name], bent, exact).tolist() == [77] * (not up) + [78] * bool(down)


def test_steps_that_the_exact_function_hardly_makes_are_free():
    exact = np.array([1.0, 1.0 + 2.0**-52, 1.0])
    assert wrong_steps(TARGETS["cos"], np.array([1.0, 0.5, 1.0]), exact).tolist() == []
