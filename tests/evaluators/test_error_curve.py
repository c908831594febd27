import random

import pytest
from flint import arb

from evaluators.error_curve import errors, measured_error, peaks, samples
from evaluators.tape import Tape
from evaluators.targets import make_target, target
from search_spaces.program import Program
from tests.evaluators.minimax_programs import random_program


@pytest.mark.parametrize("seed", range(25))
def test_the_measured_error_agrees_with_a_dense_scan(seed):
    rng = random.Random(seed)
    program = random_program(rng, rng.randint(1, 6))
    constants = [high for high, _ in program.constants]
    meaning = {"add": float.__add__, "sub": float.__sub__, "mul": float.__mul__, "div": float.__truediv__}
    xs = [k / 5000 for k in range(5001)]
    try:
        scan = [
            abs(program.apply(x, constants, lambda name, a, b: meaning[name](a, b)) / 2**x - 1) for x in map(float, xs)
        ]
    except ZeroDivisionError:
        return
    error, place = measured_error(program, target("exp2"))
    if max(scan) < 50:
        assert error == pytest.approx(max(scan), rel=2e-4)
        assert 0 <= place <= 1
    else:
        assert error > 40


def test_errors_far_below_double_precision_are_seen():
    program = Program((("mul", 0, -1),), ((1.0, 1e-25),))
    error, _ = measured_error(program, make_target("x", "1,2"))
    assert error == pytest.approx(1e-25, rel=1e-4)


def test_a_value_that_is_not_finite_measures_infinite():
    assert measured_error(Program((("div", -1, 0),), ((1.0, 0.0),)), target("exp")) == (float("inf"), 0.0)


def test_a_peak_beside_the_other_sign_is_a_peak_and_a_plateau_counts_once():
    values = [arb(v) for v in (1, 3, 2, -1, -4, -4, -3, 5)]
    assert peaks(values) == [1, 5, 7]


def test_samples_hold_values_and_weights():
    grid = samples(make_target("2**x", "0,1"), 5, 128)
    assert [float(point.x) for point in grid][::2] == [0.0, 0.5, 1.0]
    assert float(grid[4].value) == 2.0
    assert float(grid[4].weight) == 0.5
    tape = Tape(Program((("add", 0, -1),), ((1.0, 0.0),)))
    assert [float(e) for e in errors(tape, [arb(1)], [grid[0], grid[4]])] == [0.0, 0.0]


def test_a_point_where_an_operation_divides_by_zero_has_the_error_of_the_limit():
    # x^2 / x = x, against exp(x): the largest relative error is 1, at x = 0.
    program = Program((("mul", 0, 0), ("div", 1, 0)), ())
    assert measured_error(program, target("exp")) == (1.0, 0.0)


def test_an_open_end_is_approached_but_not_touched():
    goal = target("exp2")
    assert goal.open_lower
    first = float(samples(goal, 9, 128)[0].x)
    assert 0 < first < 1e-11


def test_a_pole_at_an_open_end_is_seen_however_weak():
    # x + 1e-20 / x looks harmless at every scanned point.
    weak = Program((("div", -1, 0), ("add", 1, 0)), ((1e-20, 0.0),))
    assert measured_error(weak, target("exp2")) == (float("inf"), 0.0)
    harmless = Program((("div", 0, 0), ("add", 1, 0)), ())
    # x + 1 against 2^x is worst at x = 1 / log 2 - 1.
    assert measured_error(harmless, target("exp2"))[0] == pytest.approx(0.0614757, rel=1e-5)
