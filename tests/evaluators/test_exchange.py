import random
from dataclasses import replace

import numpy as np
import pytest

from evaluators.error_curve import measured_error
from evaluators.exchange import sharpen
from evaluators.targets import make_target, target
from search_spaces.program import Program
from tests.evaluators.minimax_programs import horner, random_program

EXP2 = target("exp2")

# a + b / (x + c + d / (x + e + f / (x + g)))
FRACTION = (
    ("add", 0, -7), ("div", -6, 1), ("add", 0, -5), ("add", 2, 3), ("div", -4, 4), ("add", 0, -3), ("add", 5, 6),
    ("div", -2, 7), ("add", 8, -1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("degree", "error"),
    [(1, 2.98e-2), (2, 1.72e-3), (3, 7.48e-5), (4, 2.59e-6), (5, 7.49e-8), (6, 1.86e-9), (7, 4.02e-11)],
)
def test_polynomials_reach_the_published_minimax_error_from_anywhere(degree, error):
    sharpened = sharpen(horner(degree), EXP2)
    assert sharpened.max_error == pytest.approx(error, rel=5e-3)
    assert sharpened.alternations == degree + 2
    sizes = [size for _, size in sharpened.extrema]
    assert np.abs(sizes) == pytest.approx(sharpened.max_error, rel=1e-3)
    assert np.all(np.diff(np.sign(sizes)) != 0)


def test_dependent_constants_are_held():
    # c0 + c1 is one free constant: c / 2^x - 1 is smallest in size for c = 4/3, where it is 1/3 at both ends.
    sharpened = sharpen(Program((("add", -1, -2),), ((0.5, 0.0), (0.5, 0.0))), EXP2)
    assert sharpened.max_error == pytest.approx(1 / 3, rel=1e-9)
    assert sharpened.alternations == 2
    assert sum(high for high, _ in sharpened.program.constants) == pytest.approx(4 / 3, rel=1e-6)


def test_one_constant_is_enough_to_train():
    sharpened = sharpen(Program((("add", 0, -1),), ((0.9, 0.0),)), EXP2)
    xs = np.linspace(0, 1, 2001)
    best = min(np.max(np.abs((xs + c) / 2**xs - 1)) for c in np.linspace(0.8, 1.2, 4001))
    assert sharpened.max_error == pytest.approx(best, rel=1e-3)


def test_fewer_alternations_than_constants_still_descends():
    # c x (c x + 1): the error cannot be brought down at x = 0, where it is 1 for relative error of exp2.
    program = Program((("mul", 0, -1), ("add", 1, -2), ("mul", 1, 2)), ((0.4, 0.0), (0.9, 0.0)))
    sharpened = sharpen(program, EXP2)
    assert sharpened.max_error == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_never_worse_than_the_start_and_as_measured(seed):
    rng = random.Random(seed)
    program = random_program(rng, rng.randint(2, 7))
    before, _ = measured_error(program, EXP2)
    sharpened = sharpen(program, EXP2)
    assert sharpened.max_error <= before
    assert sharpened.program.instructions == program.instructions
    if sharpened.max_error < float("inf"):
        assert measured_error(sharpened.program, EXP2)[0] == pytest.approx(sharpened.max_error, rel=1e-4)


def test_a_program_without_constants_is_only_measured():
    program = Program((("mul", 0, 0), ("add", 1, 0)), ())
    sharpened = sharpen(program, EXP2)
    assert sharpened.program == program
    assert sharpened.max_error == pytest.approx(1.0)


def test_a_program_that_is_not_finite_is_returned_as_it_is():
    program = Program((("div", -1, 0),), ((1.0, 0.0),))
    assert sharpen(program, target("exp")).max_error == float("inf")
    assert sharpen(program, target("exp")).program is program


@pytest.mark.parametrize(("squarings", "error"), [(0, 9.31e-11), (1, 1.45e-12), (2, 2.27e-14)])
@pytest.mark.parametrize("noise", [0.0, 1e-6, 1e-3])
def test_very_exact_programs_are_reached_along_the_curved_valley(squarings, error, noise):
    # The [3/3] Pade fraction by hand: e^t = -1 - 24 / (t - 12 + 50 / (t + 10 / t)), at t = h (x - 1/2).
    h, root = np.log(2) / 2**squarings, 2 ** (0.5 / 2**squarings)
    pade = (-root, -24 * root / h, -12 / h - 0.5, 50 / h**2, -0.5, 10 / h**2, -0.5)
    rng = random.Random(squarings)
    constants = tuple((value * (1 + noise * rng.uniform(-1, 1)), 0.0) for value in pade)
    squares = tuple(("mul", n, n) for n in range(9, 9 + squarings))
    program = Program(FRACTION + squares, constants)
    sharpened = sharpen(program, EXP2)
    assert sharpened.max_error == pytest.approx(error, rel=5e-3)
    assert sharpened.alternations == 8


def test_absolute_error_and_other_domains():
    # The best line for x^2 on [-1, 3] in absolute error is 2 x + 1, with error 2: Chebyshev by hand.
    goal = make_target("x**2", "-1,3", "absolute")
    sharpened = sharpen(replace(horner(1), constants=((0.0, 0.0), (0.0, 0.0))), goal)
    assert sharpened.max_error == pytest.approx(2.0, rel=1e-9)
    assert [high for high, _ in sharpened.program.constants] == pytest.approx([1.0, 2.0], abs=1e-6)
