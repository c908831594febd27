import math

import numpy as np
import pytest

from evaluators.float32_functions.stretches import Stretch, spread_inputs
from evaluators.float32_functions.targets import TARGETS, target


def test_a_linear_stretch_is_spread_evenly() -> None:
    inputs = Stretch(-2.0, 6.0).inputs(16, phase=0.25)
    np.testing.assert_allclose(np.diff(inputs), 0.5)
    assert inputs[0] == -2.0 + 0.25 * 0.5


def test_a_logarithmic_stretch_has_as_many_inputs_in_every_binade_on_each_side_of_its_centre() -> None:
    inputs = Stretch(2.0**-8, 1.0, logarithmic=True, centre=3.0).inputs(80)
    distances = inputs - 3.0
    for sign in (-1, 1):
        binades = np.floor(np.log2(distances[distances * sign > 0] * sign))
        assert np.bincount((binades + 8).astype(int)).tolist() == [10] * 8


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_belong_to_the_domain_and_are_as_many_as_asked_nearly(name: str) -> None:
    inputs = spread_inputs(TARGETS[name], 1000)
    assert TARGETS[name].contains(inputs).all()
    assert 800 <= len(inputs) <= 1100


@pytest.mark.parametrize("name", TARGETS)
def test_a_small_domain_is_filled(name: str) -> None:
    lower, upper = 0.75, 1.25
    inputs = np.sort(spread_inputs(target(name, lower, upper), 1000))
    assert inputs[0] >= lower
    assert inputs[-1] <= upper
    assert np.diff(inputs).max() < 0.01


def test_different_phases_have_no_inputs_in_common() -> None:
    first, second = (spread_inputs(TARGETS["gelu"], 3000, phase) for phase in (0.25, 0.75))
    assert not np.isin(first, second).any()


@pytest.mark.parametrize("name", ["exp2", "exp", "expm1", "sigmoid", "gelu", "tanh", "erf"])
def test_the_function_takes_effort_where_it_is_said_to(name: str) -> None:
    # beyond the widest stretch the values are 0, 1, -1, x or infinite in float32
    inputs = spread_inputs(TARGETS[name], 300)
    values = {
        "exp2": np.exp2, "exp": np.exp, "expm1": np.expm1, "tanh": np.tanh,
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "erf": np.vectorize(math.erf),
        "gelu": lambda x: x * np.vectorize(math.erfc)(-x / math.sqrt(2)) / 2,
    }[name]  # fmt: skip
    with np.errstate(all="ignore"):
        for end in (inputs.min() * 1.05, inputs.max() * 1.05):
            value = values(np.float64(end))
            settled = (0.0, 1.0, -1.0, math.inf, float(np.float32(end)))
            assert float(np.float32(value)) in settled or abs(value) < 2.0**-126
