import math

import numpy as np
import pytest

from search_spaces.float32_functions.schemes.hyperbolic import ROWS
from tests.search_spaces.float32_functions.schemes.drawing import ZEROS, least_error, log_uniform, outputs

QUOTIENT, BRANCHES = ROWS
SEEDS = range(8)

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@every_row
@pytest.mark.parametrize("seed", SEEDS)
def test_zeros_infinities_and_what_is_no_number(row, seed):
    found = outputs(row, seed, ZEROS)
    np.testing.assert_array_equal(found, np.zeros(4))
    np.testing.assert_array_equal(np.signbit(found), [False, True, False, True])
    large = [math.inf, -math.inf, 3e38, -20.0, 9.5]
    np.testing.assert_array_equal(outputs(row, seed, large), [1, -1, 1, -1, 1])
    assert np.isnan(outputs(row, seed, [math.nan])).all()
    tiny = np.array([1.2e-38, -3e-38, 1e-30], np.float32)
    np.testing.assert_array_equal(outputs(row, seed, tiny), tiny)


@pytest.mark.parametrize(("row", "limit"), [(QUOTIENT, 1.0), (BRANCHES, 1.5)], ids=lambda one: str(one)[:6])
def test_some_draw_comes_near_correct_rounding(row, limit):
    rng = np.random.default_rng(3)
    x = np.concatenate([log_uniform(-10, 3.2, 300, rng), rng.uniform(0.3, 2, 700).astype(np.float32)])
    assert least_error(row, x, SEEDS) < limit
