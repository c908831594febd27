import itertools
import re

import jax
import numpy as np
import pytest
import scipy.optimize

from evaluators.bytecode import gradient_block, stack
from evaluators.levenberg_marquardt import fit
from tests.evaluators.random_programs import from_code, numpy_values

X = np.linspace(0.05, 1.0, 24)
ONES = np.ones_like(X)
QUOTIENT = from_code("mul(x,c0);add(v1,c1);mul(x,c2);add(v3,c3);div(v2,v4)", [0.0] * 4)
DECAY = from_code("mul(x,c0);exp(v1);mul(v2,c1);add(v3,c2)", [0.0] * 3)


@pytest.fixture(autouse=True)
def _doubles():
    with jax.enable_x64():
        yield


def run(program, starts, goals, weights=ONES, iterations=60, held=(), batched=False):
    """Fits one program; starts of shape (num_constants, num_starts), padded to a shape that all tests share."""
    size, num_starts = np.shape(starts)
    padded = np.pad(np.asarray(starts, float), ((0, 4 - size), (0, 8 - num_starts)), mode="edge")[None]
    code, lengths = stack([gradient_block(program.instructions, size)], 1, 96)
    kept = np.zeros(padded.shape, bool)
    kept[:, list(held)] = True
    fitted, cost = fit(code, lengths, 1, padded, kept, X, weights, goals, iterations, batched)
    return np.asarray(fitted)[0, :size, :num_starts], np.asarray(cost)[0, :num_starts]


@pytest.mark.parametrize("batched", [False, True])
def test_recovers_the_constants_that_made_the_data(batched):
    truth = np.array([-1.3, 2.0, 0.4])
    start = truth[:, None] * np.array([0.7, 0.9, 1.2, 1.5])
    fitted, cost = run(DECAY, start, numpy_values(DECAY, X, truth), batched=batched)
    np.testing.assert_allclose(fitted, np.repeat(truth[:, None], 4, 1), rtol=1e-7)
    assert (cost < 1e-26).all()


def test_linear_programs_reach_the_least_squares_solution():
    line = from_code("mul(x,c0);add(v1,c1);mul(v2,x);add(v3,c2)", [0.0] * 3)
    goals, weights = np.exp(X), 1.0 / (1.0 + X)
    fitted, cost = run(line, np.ones((3, 1)), weights * goals, weights)
    matrix = weights[:, None] * np.stack([X * X, X, ONES], 1)
    expected, residual, *_ = np.linalg.lstsq(matrix, weights * goals, rcond=None)
    np.testing.assert_allclose(fitted[:, 0], expected, rtol=1e-6)
    assert cost[0] * len(X) == pytest.approx(residual[0], rel=1e-9)


@pytest.mark.parametrize("goals", [np.exp2(X), np.log1p(X), np.arctan(2 * X)], ids=["exp2", "log1p", "atan"])
def test_agrees_with_scipy_on_quotients(goals):
    start = np.array([0.5, 1.0, 0.1, 1.1])
    _, cost = run(QUOTIENT, start[:, None], goals)
    reference = scipy.optimize.least_squares(
        lambda c: numpy_values(QUOTIENT, X, c) - goals, start, method="lm", x_scale="jac", ftol=1e-15, xtol=1e-15
    )
    assert cost[0] == pytest.approx(2 * reference.cost / len(X), rel=1e-5)


def test_a_start_that_is_not_finite_stays_alone():
    truth = np.array([-1.3, 2.0, 0.4])
    start = np.array([truth * 0.9, [np.nan, 1, 1], [1e6, 1, 1], [np.inf, 0, 0]]).T
    _, cost = run(DECAY, start, numpy_values(DECAY, X, truth))
    assert cost[0] < 1e-20
    assert np.isinf(cost[1:]).all()


def test_a_constant_that_nothing_reads_keeps_its_start():
    program = from_code("mul(x,c0)", [0.0] * 2)
    fitted, cost = run(program, [[0.3, 5.0], [9.0, -9.0]], 2.5 * X)
    np.testing.assert_allclose(fitted[0], 2.5)
    np.testing.assert_array_equal(fitted[1], [9.0, -9.0])
    assert (cost < 1e-28).all()


def test_the_first_step_leaves_held_constants_alone():
    goals = numpy_values(DECAY, X, [-1.3, 2.0, 0.4])
    start = np.array([[-0.5], [1.0], [1.0]])
    before = np.mean((numpy_values(DECAY, X, start[:, 0]) - goals) ** 2)
    fitted, cost = run(DECAY, start, goals, iterations=2, held=[0])
    assert fitted[0, 0] == pytest.approx(-0.5, rel=1e-12)
    assert cost[0] < 0.1 * before
    assert run(DECAY, start, goals, iterations=2)[0][0, 0] != pytest.approx(-0.5, rel=1e-3)


def test_no_step_is_worse_than_none():
    goals = np.exp2(X)
    start = np.random.default_rng(1).standard_normal((4, 8))
    costs = [run(QUOTIENT, start, goals, iterations=count)[1] for count in (1, 2, 60)]
    for earlier, later in itertools.pairwise(costs):
        assert (later <= earlier).all()


def test_equal_arguments_give_equal_bits():
    start = np.random.default_rng(2).standard_normal((4, 8))
    first, second = (run(QUOTIENT, start, np.exp2(X)) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


def test_side_by_side_asks_the_host_nothing():
    code, lengths = stack([gradient_block(DECAY.instructions, 3)] * 2, 2, 32)
    starts = np.ones((2, 3, 4))
    lowered = fit.lower(code, lengths, 2, starts, starts > 2, X, ONES, ONES, 5, True)
    hlo = lowered.compile().as_text()
    loops = re.findall(r" while\(.*", hlo)
    assert loops
    assert all('"known_trip_count"' in loop for loop in loops), loops
    assert not re.search(r" (conditional|infeed|outfeed|send|recv|custom-call)\(", hlo)
