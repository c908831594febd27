import math

import numpy as np

from evaluators.float32_functions.free_constants import free_values
from evaluators.float32_functions.minimax import fit_points
from evaluators.float32_functions.settling import settled
from evaluators.float32_functions.shadow import shadow
from primitives.float_format import FLOAT32
from tests.evaluators.float32_functions.typed_programs import exp2_program

INPUTS = np.random.default_rng(2).uniform(-120, 120, 6000).astype(np.float32).astype(np.float64)
POINTS = fit_points(INPUTS, np.exp2(INPUTS), FLOAT32, flush=True)


def over_the_reals(program):
    values = shadow(program, POINTS.x, free_values(program)).values
    return float((np.abs(values - POINTS.reference) / POINTS.spacing).max())


def test_settled_constants_are_numbers_of_the_format_and_good_over_the_reals():
    program = exp2_program(degree=5)
    found = settled(program, POINTS)
    constants = free_values(found)
    np.testing.assert_array_equal(constants, constants.astype(np.float32))
    # Of polynomials of degree n, the best for exp on [-w, w] errs by w^(n + 1) / (n + 1)! / 2^n; an ULP is 2^-24 below
    # 1, and 2^-23 from there on.
    error = (math.log(2) / 2) ** 6 / math.factorial(6) / 2**5
    assert over_the_reals(program) > 10 * error / 2**-24
    assert error / 2**-23 < over_the_reals(found) < error / 2**-24


def test_equal_points_settle_constants_alike():
    assert settled(exp2_program(degree=4), POINTS) == settled(exp2_program(degree=4), POINTS)
