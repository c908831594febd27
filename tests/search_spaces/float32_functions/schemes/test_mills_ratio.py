import math

import numpy as np
import pytest

from search_spaces.float32_functions.schemes.mills_ratio import ROWS
from tests.search_spaces.float32_functions.schemes.drawing import ZEROS, least_error, outputs
from tests.search_spaces.float32_functions.schemes.exact_values import exact

(GELU,) = ROWS
SEEDS = range(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ends_of_gelu(seed):
    found = outputs(GELU, seed, [math.inf, -math.inf, 3e38, -3e38, 20.0, -20.0, math.nan, *ZEROS])
    large = np.float32(3e38)
    np.testing.assert_array_equal(found, [math.inf, 0, large, 0, 20, 0, math.nan, 0, 0, 0, 0])
    np.testing.assert_array_equal(np.signbit(found[-4:]), [False, True, False, True])
    assert np.signbit(found[[1, 3, 5]]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_flushed_before_the_result_is(seed):
    x = np.array([-13.12, -13.13, -13.14], np.float32)  # of results between 1 and 1.5 times the least normal number
    np.testing.assert_allclose(outputs(GELU, seed, x), exact("gelu", x), rtol=1e-3)
    assert outputs(GELU, seed, [np.float32(-13.16)])[0] == 0


def test_some_draw_is_within_a_place_on_either_side_of_zero_and_in_the_tail():
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.uniform(-13, 10, 500), rng.uniform(-3, 3, 500), rng.uniform(-0.5, 0.5, 200)])
    assert least_error(GELU, x.astype(np.float32), SEEDS) < 1.0
