import random

import numpy as np
import pytest
from flint import arb
from scipy.optimize import linprog

from evaluators.balls import precision
from evaluators.linear_minimax import pivots, solve_linear_minimax


def _balls(matrix):
    return [[arb(float(entry)) for entry in row] for row in matrix]


def _by_linear_programming(jacobian, errors):
    rows, n = jacobian.shape
    bounds = np.vstack([np.hstack([jacobian, -np.ones((rows, 1))]), np.hstack([-jacobian, -np.ones((rows, 1))])])
    solved = linprog([0] * n + [1], bounds, np.concatenate([-errors, errors]), bounds=[(None, None)] * n + [(0, None)])
    return solved.fun


@pytest.mark.parametrize("seed", range(12))
def test_the_level_agrees_with_linear_programming(seed):
    rng = np.random.default_rng(seed)
    rows, n = int(rng.integers(8, 40)), int(rng.integers(1, 6))
    jacobian, errors = rng.normal(size=(rows, n)), rng.normal(size=rows)
    basis = random.Random(seed).sample(range(rows), n + 1)
    with precision(128):
        solution = solve_linear_minimax(_balls(jacobian), [arb(float(e)) for e in errors], basis)
    residuals = errors + jacobian @ np.array([float(step) for step in solution.step])
    assert solution.level == pytest.approx(_by_linear_programming(jacobian, errors), rel=1e-6)
    assert np.max(np.abs(residuals)) == pytest.approx(solution.level, rel=1e-6)
    assert np.abs(residuals[list(solution.reference)]) == pytest.approx(solution.level, rel=1e-9)


def test_a_singular_reference_is_reported():
    rows = _balls([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [1.0, 2.0]])
    assert solve_linear_minimax(rows, [arb(1), arb(2), arb(4), arb(3)], [0, 1, 2]) is None


@pytest.mark.parametrize("rank", [1, 2, 4])
def test_pivots_find_the_rank_and_independent_rows_and_columns(rank):
    rng = np.random.default_rng(rank)
    scales = np.array([1e-9, 1.0, 1e6, 1e3, 1e-3])
    left, right = rng.integers(-9, 10, (9, rank)), rng.integers(-9, 10, (rank, 5))
    matrix = (left @ right) * scales
    with precision(192):
        exact = [[arb(int(v)) * arb(float(s)) for v, s in zip(row, scales, strict=True)] for row in left @ right]
        found = pivots(exact)
    assert len(found.rows) == len(found.columns) == np.linalg.matrix_rank(left @ right)
    chosen = matrix[np.ix_(found.rows, found.columns)] / scales[list(found.columns)]
    assert np.linalg.matrix_rank(chosen) == len(found.rows)


def test_a_zero_matrix_has_no_pivots():
    assert pivots([[arb(0), arb(0)]]).columns == ()
