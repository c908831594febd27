import math

import numpy as np
import pytest

from evaluators.float32_functions.semantics import run_exact
from primitives.float_format import FORMATS
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.schemes.octaves import log_2, octave, remainder


@pytest.mark.parametrize("name", FORMATS)
def test_an_octave_is_the_nearest_integer_and_its_power_of_two(name):
    fmt = FORMATS[name]
    x = np.linspace(-12.01, 11.99, 701).astype(fmt.dtype)
    x = x[x.astype(np.float64) * 2 % 2 != 1]  # halfway, either neighbour is nearest
    for biased, expected in ((False, np.rint), (True, lambda one: np.exp2(np.rint(one)))):
        b = Builder(fmt)
        nearest = octave(b, b.x, bias=fmt.bias)
        program = b.program(nearest.power if biased else nearest.number)
        found = run_exact(program, x, flush=False)[-1].astype(np.float64)
        np.testing.assert_array_equal(found, expected(x.astype(np.float64)))


def test_the_first_part_of_log_2_leaves_exact_numbers():
    b = Builder()
    n = octave(b, b.x, 1 / math.log(2)).number
    high, _ = log_2(b.format)
    program = b.program(b("fma", n, -high, b.x))
    x = np.random.default_rng(1).uniform(-87, 88, 10_000).astype(np.float32)
    found = run_exact(program, x, flush=True)[-1]
    exact = x.astype(np.float64) - np.rint(x.astype(np.float64) / math.log(2)) * high
    near = np.abs(np.abs(exact) - math.log(2) / 2) > 1e-5
    np.testing.assert_array_equal(found[near].astype(np.float64), exact[near])


def test_both_parts_leave_the_remainder_in_full():
    b = Builder()
    n = octave(b, b.x, 1 / math.log(2)).number
    program = b.program(remainder(b, b.x, n))
    x = np.random.default_rng(1).uniform(-87, 88, 10_000).astype(np.float32)
    found = run_exact(program, x, flush=True)[-1].astype(np.float64)
    exact = x.astype(np.float64) - np.rint(x.astype(np.float64) / math.log(2)) * math.log(2)
    near = np.abs(np.abs(exact) - math.log(2) / 2) > 1e-5
    np.testing.assert_allclose(found[near], exact[near], rtol=0, atol=2.0**-26)
