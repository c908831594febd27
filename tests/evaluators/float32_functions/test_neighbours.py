import itertools

import numpy as np

from evaluators.float32_functions.minimax import RealFit, fit_points, fit_real
from evaluators.float32_functions.neighbours import Neighbour, Search, one_after_another, rounded
from primitives.float_format import FLOAT32, FORMATS
from search_spaces.float32_functions.builder import Builder

BFLOAT16 = FORMATS["bfloat16"]


def test_the_search_finds_the_best_of_all_neighbours():
    """Of a figure whose least value over a box of neighbours is found by trying them all."""
    centre = np.array([1.0, -0.3, 5.0])
    hidden = np.array([1.0 + 3 * 2**-7, -0.3 + 2**-9, 5.0 - 2 * 2**-5])

    def largest(constants):
        return np.abs((rounded(constants, BFLOAT16) - hidden) @ np.array([[1.0, 0.5, 2], [3, -1, 0], [1, 1, 0.2]])).max(
            axis=1
        )

    steps = np.array(list(itertools.product(range(-4, 5), repeat=3)))
    patterns = centre.astype(BFLOAT16.dtype).view(np.int16) + steps.astype(np.int16)
    best = largest(patterns.view(BFLOAT16.dtype).astype(np.float64)).min()
    start = Neighbour(rounded(centre, BFLOAT16), float(largest(centre[None])[0]))
    fit = RealFit(centre, start.largest, np.random.default_rng(1).normal(size=(20, 3)))
    found = Search(fit, BFLOAT16, np.random.default_rng(0)).best(start, largest, batches=200)
    assert found.largest <= best < start.largest
    assert found.largest == largest(found.constants[None])[0]
    np.testing.assert_array_equal(found.constants, rounded(found.constants, BFLOAT16))


def test_constants_rounded_one_after_another_make_up_for_each_other():
    b = Builder(BFLOAT16)
    program = b.program(b("fma", b.free(), 3.0, b.free() * 0.0078125) * b.x)
    x = np.linspace(1.0, 1.9, 50).astype(BFLOAT16.dtype)
    points = fit_points(x, 3.3 * x.astype(np.float64), BFLOAT16, flush=False)
    fit = fit_real(program, points)
    constants = one_after_another(program, points, fit)

    def error(values):
        return abs(values @ np.array([3.0, 0.0078125]) - 3.3)

    np.testing.assert_array_equal(constants, rounded(constants, BFLOAT16))
    # The second is rounded to a step of 2^-7 at most; the first alone would be off by 3 steps of 2^-8.
    assert error(constants) <= 2**-8 < error(rounded(np.array([3.3 / 3, 0.0]), BFLOAT16))


def test_rounding_is_that_of_the_format():
    values = np.array([1 / 3, 1e-42, 1e300])
    expected = [float(np.float32(1 / 3)), float(np.float32(1e-42)), np.inf]
    np.testing.assert_array_equal(rounded(values, FLOAT32), expected)
