import numpy as np

from evaluators.float32_functions.free_constants import free_values, with_free_values
from evaluators.float32_functions.mending import mend, refit
from evaluators.float32_functions.minimax import Points, fit_points
from evaluators.float32_functions.semantics import run_exact
from primitives.float_format import FLOAT32
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.typed_program import TypedProgram
from tests.evaluators.float32_functions.typed_programs import exp2_program

INPUTS = np.random.default_rng(1).uniform(-120, 120, 6000).astype(np.float32).astype(np.float64)
POINTS = fit_points(INPUTS, np.exp2(INPUTS), FLOAT32, flush=True)


def largest(program: TypedProgram, points: Points = POINTS) -> float:
    """The largest error by NumPy, without the interpreter."""
    values = run_exact(program, points.x, flush=True)[-1].astype(np.float64)
    return float((np.abs(values - points.reference) / points.spacing).max())


def test_mending_takes_a_quarter_of_the_error_of_rounded_constants() -> None:
    start = refit(exp2_program(degree=5), POINTS)
    mended = mend(start, POINTS, 1, rounds=3, batches=30)
    assert mended.max_ulp == largest(mended.program)
    assert mended.max_ulp < 0.75 * largest(start)


def test_mending_is_never_for_the_worse_and_touches_fitted_constants_only() -> None:
    program = exp2_program(degree=6)
    best = mend(program, POINTS, 1, rounds=4, batches=30)
    again = mend(best.program, POINTS, 2, rounds=1, batches=1)
    assert again.max_ulp <= best.max_ulp <= largest(program)
    for before, after in zip(program.constants, best.program.constants, strict=True):
        assert after == before or after.free


def test_equal_keys_give_equal_constants() -> None:
    first, second = (mend(exp2_program(5), POINTS, 7, rounds=2, batches=8) for _ in range(2))
    assert first == second


def test_a_goal_that_is_reached_ends_it() -> None:
    program = mend(exp2_program(degree=6), POINTS, 1, rounds=3, batches=30).program
    assert mend(program, POINTS, 1, rounds=10, batches=1000, goal=0.99).program == program


def test_a_program_without_constants_to_fit_is_measured() -> None:
    b = Builder()
    program = b.program(b("abs", b.x) * 2.0)
    points = fit_points(INPUTS, 2 * np.abs(INPUTS), FLOAT32, flush=True)
    mended = mend(program, points, 1, rounds=2, batches=2)
    assert (mended.program, mended.max_ulp) == (program, 0.0)


def test_fitting_again_heeds_the_worst_points() -> None:
    program = with_free_values(exp2_program(degree=6), free_values(exp2_program(degree=6)) * 1.01)
    assert largest(program) > 1000
    assert largest(refit(program, POINTS)) < 1.5
