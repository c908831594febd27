import math
from random import Random

import numpy as np
import pytest

from evaluators.float32_functions.fitting import exact_errors, fit
from evaluators.float32_functions.minimax import fit_points
from evaluators.float32_functions.semantics import run_exact
from primitives.float_format import FLOAT32
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.schemes.logarithm import ROWS

SEEDS = range(8)
INPUTS = np.array([0.0, -0.0, 1e-40, -1e-40, math.inf, -math.inf, math.nan, -1.0, -0.25, -1e-37, -4.0], np.float32)
EXACT = {"log2": np.log2, "log": np.log, "log1p": np.log1p}


def drawn(row, seed):
    builder = Builder()
    return builder.program(row.draw(builder, Random(seed)))


def inputs(function):
    rng = np.random.default_rng(3)
    x = np.concatenate([np.exp2(rng.uniform(-120, 127, 300)), rng.uniform(0.4, 3, 900)]).astype(np.float32)
    return np.concatenate([x, -x[x < 0.99], x[x > 0.01] - 1]) if function == "log1p" else x


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}-{row.functions[0]}")
@pytest.mark.parametrize("seed", SEEDS)
def test_ends_are_right_before_anything_is_fitted(row, seed):
    (function,) = row.functions
    flushed = np.where(np.abs(INPUTS) < 1e-38, np.copysign(0.0, INPUTS), INPUTS)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = EXACT[function](flushed).astype(np.float32)
    found = run_exact(drawn(row, seed), INPUTS, flush=True)[-1]
    special = ~np.isfinite(expected) | (expected == 0)
    np.testing.assert_array_equal(found[special], expected[special])
    np.testing.assert_array_equal(np.signbit(found[expected == 0]), np.signbit(expected[expected == 0]))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}-{row.functions[0]}")
def test_some_draw_comes_near_correct_rounding(row):
    (function,) = row.functions
    x = inputs(function)
    exact = EXACT[function](x.astype(np.float64))
    fitted = [fit(drawn(row, seed), x, exact) for seed in SEEDS]
    best = min(fitted, key=lambda one: one.max_ulp)
    assert best.max_ulp < 1.5
    largest = np.float32(FLOAT32.largest)
    points = fit_points(largest[None], EXACT[function](np.float64(largest))[None], FLOAT32, flush=True)
    assert exact_errors(best.program, points).max() < 1.5
