import math

import numpy as np
import pytest

from search_spaces.float32_functions.schemes.sigmoid import ROWS
from tests.search_spaces.float32_functions.schemes.drawing import ZEROS, drawn, least_error, outputs

(SIGMOID,) = ROWS
SEEDS = range(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ends_of_sigmoid(seed):
    found = outputs(SIGMOID, seed, [math.inf, -math.inf, 3e38, -3e38, 40.0, -90.0, math.nan, *ZEROS])
    np.testing.assert_array_equal(found, [1, 0, 1, 0, 1, 0, math.nan, 0.5, 0.5, 0.5, 0.5])
    least = np.float32(-87.33654)
    inside, outside = outputs(SIGMOID, seed, [least, np.nextafter(least, np.float32(-math.inf))])
    assert np.float32(1.17e-38) < inside < np.float32(1.18e-38)
    assert outside == 0


def test_some_draw_comes_near_correct_rounding():
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.uniform(-87.3, 10, 500), rng.uniform(-3, 3, 500)]).astype(np.float32)
    assert least_error(SIGMOID, x, SEEDS) < 1


@pytest.mark.parametrize("sign", [-1, 1])
def test_sigmoid_keeps_a_one_that_its_denominator_hardly_shows(sign):
    x = sign * np.random.default_rng(3).uniform(15.5, 19, 500).astype(np.float32)
    assert least_error(SIGMOID, x, range(3)) < 1


@pytest.mark.parametrize("seed", SEEDS)
def test_sigmoid_has_few_operations(seed):
    assert drawn(SIGMOID, seed).cost <= 26
