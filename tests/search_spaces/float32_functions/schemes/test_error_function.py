import math

import numpy as np
import pytest

from evaluators.float32_functions.fitting import fit
from evaluators.float32_functions.semantics import run_exact
from search_spaces.float32_functions.schemes.error_function import ROWS
from tests.search_spaces.float32_functions.schemes.drawing import ZEROS, drawn, log_uniform
from tests.search_spaces.float32_functions.schemes.exact_values import exact

LIMITS = {
    "error_function_square": 1.0,
    "error_function_power": 1.0,
    "error_function": 1.5,
    "error_function_branches": 3.0,
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_some_draw_comes_near_correct_rounding_with_the_ends_right(row):
    rng = np.random.default_rng(3)
    x = np.concatenate([log_uniform(-10, 2, 300, rng), rng.uniform(0, 4, 700).astype(np.float32)])
    reference = exact("erf", x)
    best = min((fit(drawn(row, seed), x, reference) for seed in range(12)), key=lambda one: one.max_ulp)
    assert best.max_ulp < LIMITS[row.name]
    ends = np.array([*ZEROS, math.inf, -math.inf, 4.0, -3e38, math.nan], np.float32)
    found = run_exact(best.program, ends, flush=True)[-1]
    np.testing.assert_array_equal(np.signbit(found[:4]), [False, True, False, True])
    np.testing.assert_array_equal(found[:4], np.zeros(4))
    np.testing.assert_allclose(found[4:8], [1, -1, 1, -1], rtol=2e-7)
    assert np.isnan(found[8])
