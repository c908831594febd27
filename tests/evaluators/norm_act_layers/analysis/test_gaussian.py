import math

import numpy as np
import pytest
from scipy import integrate, special

from evaluators.norm_act_layers.analysis.gaussian import expectation

FUNCTIONS = {
    "square": np.square,
    "fourth power": lambda z: z**4,
    "rectifier": lambda z: np.maximum(z, 0.0),
    "kink off the panels": lambda z: np.abs(z - 0.12345),
    "silu": lambda z: z * special.expit(z),
    "large": lambda z: np.exp(2 * z),
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_it_agrees_with_scipy(function):
    expected, _ = integrate.quad(
        lambda z: function(z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi), -30, 30, points=[0, 0.12345], limit=500
    )
    assert expectation(function) == pytest.approx(expected, rel=1e-6)


def test_breaks_make_jumps_exact():
    share = special.ndtr(-0.3)
    assert expectation(lambda z: z > 0.3, breaks=(0.3,)) == pytest.approx(share, rel=1e-12)
    assert expectation(lambda z: z > 0.3) == pytest.approx(share, rel=1e-2)


def test_odd_functions_have_mean_0():
    assert expectation(np.tanh) == 0
    assert expectation(lambda z: 0 * z) == 0


@pytest.mark.parametrize(
    "function",
    [
        lambda z: 1 / np.abs(z),
        lambda z: 1 / z**2,
        lambda z: np.exp(z * z),
        lambda z: np.exp(np.exp(np.abs(z))),
        np.sqrt,
    ],
)
def test_what_diverges_or_is_undefined_is_nan(function):
    assert math.isnan(expectation(function))
