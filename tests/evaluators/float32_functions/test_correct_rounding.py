import math

import numpy as np
import pytest

from evaluators.float32_functions.correct_rounding import BALLS, correctly_rounded
from evaluators.float32_functions.targets import TARGETS
from primitives.float_format import FLOAT32, FORMATS
from tests.evaluators.float32_functions.exact_functions import exact, inputs, rounded


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_values_are_those_that_mpmath_rounds(name, fmt):
    x = inputs(name, 60, 5, fmt)
    expected = [rounded(exact(name, point), fmt) for point in x.tolist()]
    np.testing.assert_array_equal(correctly_rounded(TARGETS[name], x, fmt).astype(np.float64), expected)


@pytest.mark.parametrize("name", TARGETS)
def test_values_are_right_when_doubles_decide_nothing(name, monkeypatch):
    module = correctly_rounded.__module__
    rows = __import__(module, fromlist=["REFERENCES"]).REFERENCES
    coarse = {key: type(row)(row.middle, accuracy=1e-3) for key, row in rows.items()}
    monkeypatch.setattr(f"{module}.REFERENCES", coarse)
    x = inputs(name, 40, 6, FLOAT32)
    expected = [rounded(exact(name, point), FLOAT32) for point in x.tolist()]
    np.testing.assert_array_equal(correctly_rounded(TARGETS[name], x, FLOAT32).astype(np.float64), expected)


@pytest.mark.parametrize(
    ("x", "expected"), [(-149, 2.0**-149), (-150, 0.0), (-151, 0.0), (127, 2.0**127), (128, math.inf)]
)
def test_powers_of_two_are_exact_and_a_tie_goes_to_even(x, expected):
    assert correctly_rounded(TARGETS["exp2"], np.float32([x]), FLOAT32)[0] == expected


def test_gelu_of_subnormal_numbers_lies_above_half():
    patterns = np.arange(0, 2**16, 257, dtype=np.int32)
    for sign in (1, -1):
        x = sign * patterns.view(np.float32)
        got = correctly_rounded(TARGETS["gelu"], x, FLOAT32)
        # x / 2 plus very little: half-way cases go up
        expected = np.floor(x.astype(np.float64) * 2.0**149 / 2 + 0.5) * 2.0**-149
        np.testing.assert_array_equal(got.astype(np.float64), expected)
        assert (np.signbit(got) == (sign < 0)).all()


def test_nan_and_infinities_pass():
    got = correctly_rounded(TARGETS["log"], np.float32([-1, 0, math.inf, math.nan]), FLOAT32)
    np.testing.assert_array_equal(got, np.float32([math.nan, -math.inf, math.inf, math.nan]))


def test_every_target_has_a_function_of_balls():
    assert set(BALLS) == set(TARGETS)
