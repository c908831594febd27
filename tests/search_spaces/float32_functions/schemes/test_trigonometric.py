import math
from random import Random

import mpmath
import numpy as np
import pytest

from evaluators.float32_functions.fitting import exact_errors, fit
from evaluators.float32_functions.minimax import fit_points
from evaluators.float32_functions.semantics import run_exact
from primitives.float_format import FLOAT32
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.schemes.trigonometric import ROWS

SEEDS = range(12)


def drawn(row, seed):
    builder = Builder()
    return builder.program(row.draw(builder, Random(seed)))


def exact(function, x):
    with mpmath.workprec(160):
        return np.array([float(getattr(mpmath, function)(mpmath.mpf(float(value)))) for value in x])


def inputs():
    """Inputs all over the domain, and floats next to multiples of pi/2, where relative precision is hardest."""
    rng = np.random.default_rng(3)
    multiples = (np.pi / 2 * rng.integers(-5215, 5216, 200)).astype(np.float32)
    wide = np.exp2(rng.uniform(-10, 13, 300)) * rng.choice([-1, 1], 300)
    return np.concatenate([multiples, wide, rng.uniform(-8192, 8192, 300)]).astype(np.float32)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}-{row.functions[0]}")
def test_some_draw_comes_near_correct_rounding(row):
    (function,) = row.functions
    x = inputs()
    reference = exact(function, x)
    # One sine on all of [-pi/2, pi/2] loses more to cancellation than two on a half of it.
    limit = 1.05 if row.name == "quadrants" else 1.7
    fitted = [fit(drawn(row, seed), x, reference) for seed in SEEDS]
    best = min(fitted, key=lambda one: one.max_ulp)
    assert best.max_ulp < limit
    points = fit_points(x, reference, FLOAT32, flush=True)
    assert exact_errors(best.program, points).max() == best.max_ulp


@pytest.mark.parametrize("seed", SEEDS)
def test_zeros_and_what_is_no_number(seed):
    x = np.array([0.0, -0.0, 1e-40, -1e-40, math.nan, math.inf], np.float32)
    for row in ROWS:
        found = run_exact(drawn(row, seed), x, flush=True)[-1]
        assert np.isnan(found[4:]).all()
        np.testing.assert_array_equal(found[:4], [1, 1, 1, 1] if row.functions == ("cos",) else [0, -0.0, 0, -0.0])


def test_the_sine_of_negative_zero_is_negative_where_the_excess_is_carried():
    x = np.array([0.0, -0.0, 1e-40, -1e-40], np.float32)
    row = ROWS[0]
    carried = [
        p for p in (drawn(row, seed) for seed in SEEDS) if sum(i[0] == "round_shift" for i in p.instructions) > 1
    ]
    assert carried
    for program in carried:
        np.testing.assert_array_equal(np.signbit(run_exact(program, x, flush=True)[-1]), [False, True, False, True])
