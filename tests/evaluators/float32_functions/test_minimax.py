import numpy as np
import pytest
from scipy.optimize import linprog

from evaluators.float32_functions.fitting import exact_errors
from evaluators.float32_functions.free_constants import with_free_values
from evaluators.float32_functions.minimax import fit_points, fit_real, least_powers, spacing
from primitives.float_format import FLOAT32, FORMATS
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.polynomial_form import write_polynomial


def least_largest(errors, tangents):
    """The minimax problem by a linear program of HiGHS."""
    scale = np.abs(tangents).max(axis=0)
    ones = np.ones((len(errors), 1))
    rows = np.block([[tangents / scale, -ones], [-tangents / scale, -ones]])
    bounds = [(None, None)] * len(scale) + [(0, None)]
    return linprog([0] * len(scale) + [1], rows, np.concatenate([-errors, errors]), bounds=bounds).fun


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_spacing_is_the_distance_to_the_next_number(fmt):
    values = np.array([1.0, 1.5, 2.0, -3.0, 0.1, fmt.smallest_normal, fmt.smallest_normal / 4]).astype(fmt.dtype)
    following = (np.abs(values).view(fmt.int_dtype) + fmt.int_dtype.type(1)).view(fmt.dtype)
    expected = following.astype(np.float64) - np.abs(values).astype(np.float64)
    np.testing.assert_array_equal(spacing(values.astype(np.float64), fmt), expected)


@pytest.mark.parametrize("degree", [2, 4, 6])
def test_the_linear_problem_is_solved_to_a_few_per_cent(degree):
    x = np.linspace(-1, 1, 200)
    tangents = np.vander(x, degree + 1) / np.exp(x)[:, None]
    errors = np.full(200, -1.0)
    step = least_powers(errors, tangents)
    assert np.abs(errors + tangents @ step).max() < 1.05 * least_largest(errors, tangents)


def test_each_of_two_branches_is_fitted_though_one_is_worse():
    b = Builder()
    rough = b.free() + b.x * 0.0
    fine = write_polynomial(b, b.x, [b.free() for _ in range(6)])
    program = b.program(b("select", b("less", b.x, 1.0), fine, rough))
    x = np.linspace(0.5, 1.5, 300)
    points = fit_points(x, np.exp(x), FLOAT32, flush=True)
    fit = fit_real(program, points)
    errors = exact_errors(with_free_values(program, fit.constants), points)
    assert errors[points.x >= 1].max() > 1e6
    assert errors[points.x < 1].max() < 2


def test_a_program_that_is_not_linear_in_its_constants_converges():
    b = Builder()
    above = write_polynomial(b, b.x, [b.free(1.0), b.free(0.4), b.free(0.05)])
    below = write_polynomial(b, b.x, [b.fixed(1.0), b.free(-0.4), b.free(0.05)])
    program = b.program(above / below)
    x = np.linspace(-0.5, 0.5, 200)
    points = fit_points(x, np.exp(x), FLOAT32, flush=True)
    fit = fit_real(program, points, max_rounds=20)
    # Meinardus: 2! 2! / (2^4 4! 5!) on [-1, 1], the fifth power of 1/2 of it here, absolutely; a ULP is 2^-24 or 2^-23.
    error = 4 / (16 * 24 * 120) / 32
    assert error * 2**23 < fit.largest < error * 2**24
    assert fit_real(program, points, start=fit.constants).largest <= fit.largest


def test_inputs_without_a_normal_value_are_left_out():
    x = np.array([0.0, 1e-40, 1.0, np.inf, np.nan, 100.0])
    with np.errstate(over="ignore", invalid="ignore"):
        points = fit_points(x, np.array([1.0, 1.0, 2.0, np.inf, np.nan, 1e-42]), FLOAT32, flush=True)
    np.testing.assert_array_equal(points.x, [1.0])


def test_a_program_without_constants_to_fit_is_left_as_it_is():
    b = Builder()
    fit = fit_real(b.program(b.x * 2.0), fit_points(np.ones(3), np.ones(3), FLOAT32, flush=True))
    assert fit.constants.size == 0
