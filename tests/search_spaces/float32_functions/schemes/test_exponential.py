import math

import numpy as np
import pytest

from evaluators.float32_functions.semantics import run_exact
from search_spaces.float32_functions.schemes.exponential import ROWS
from tests.search_spaces.float32_functions.schemes.drawing import ZEROS, drawn, least_error, outputs

EXP2, EXP, EXPM1 = ROWS
SEEDS = range(8)
HUGE = np.array([math.inf, -math.inf, 3e38, -3e38, 1e5, -1e5], np.float32)
LARGEST = {"exp2": np.nextafter(np.float32(128), np.float32(0)), "exp": np.float32(88.72283)}
LEAST = {"exp2": np.float32(-126), "exp": np.float32(-87.33654)}

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.functions[0])
positive = pytest.mark.parametrize("row", (EXP2, EXP), ids=("exp2", "exp"))


@every_row
@pytest.mark.parametrize("seed", SEEDS)
def test_infinities_and_what_is_no_number(row, seed):
    low = -1.0 if row is EXPM1 else 0.0
    np.testing.assert_array_equal(outputs(row, seed, HUGE), [math.inf, low] * 3)
    assert np.isnan(outputs(row, seed, [math.nan, -math.nan])).all()


@positive
@pytest.mark.parametrize("seed", SEEDS)
def test_they_overflow_and_underflow_where_they_must(row, seed):
    (function,) = row.functions
    largest, least = LARGEST[function], LEAST[function]
    ends = [largest, np.nextafter(largest, np.float32(math.inf)), least, np.nextafter(least, np.float32(-math.inf))]
    found = outputs(row, seed, ends)
    assert np.float32(3.4e38) < found[0] < math.inf
    assert found[1] == math.inf
    assert np.float32(1.17e-38) < found[2] < np.float32(1.18e-38)
    assert found[3] == 0
    np.testing.assert_array_equal(outputs(row, seed, ZEROS), np.ones(4))


@pytest.mark.parametrize("seed", SEEDS)
def test_expm1_keeps_the_sign_of_zero_and_the_least_numbers(seed):
    found = outputs(EXPM1, seed, ZEROS)
    np.testing.assert_array_equal(found, np.zeros(4))
    np.testing.assert_array_equal(np.signbit(found), [False, True, False, True])
    tiny = np.array([1.2e-38, -1.2e-38, 2.4e-38, 1e-20], np.float32)
    np.testing.assert_array_equal(outputs(EXPM1, seed, tiny), tiny)
    found = outputs(EXPM1, seed, [88.72283, 88.72284])
    assert np.isfinite(found[0])
    assert found[1] == math.inf


@every_row
def test_some_draw_comes_within_one_unit_in_the_last_place(row):
    (function,) = row.functions
    rng = np.random.default_rng(3)
    lowest, highest = {"exp2": (-126, 128), "exp": (-87.3, 88.7), "expm1": (-17.5, 88.7)}[function]
    x = np.concatenate([rng.uniform(lowest, highest, 500), rng.uniform(-1, 1, 500)]).astype(np.float32)
    assert least_error(row, x, SEEDS) < 1.0


def test_the_octave_where_half_of_one_is_lost_is_mended():
    x = np.linspace(17.05, 17.32, 3000).astype(np.float32)
    exact = np.expm1(x.astype(np.float64))

    def errors(seed):
        found = run_exact(drawn(EXPM1, seed), x, flush=True)[-1]
        return np.abs(found - exact) / np.spacing(exact.astype(np.float32))

    found = [errors(seed).max() for seed in range(12)]
    assert min(found) < 1.0
    assert max(found) > 1.0
