import numpy as np
import pytest

from evaluators.float32_functions.free_constants import free_values
from evaluators.float32_functions.shadow import shadow
from search_spaces.float32_functions.builder import Builder
from tests.evaluators.float32_functions.typed_programs import exp2_program

X = np.linspace(-2.9, 2.9, 101).astype(np.float32)


def finite_differences(program, constants, step=1e-6):
    columns = []
    for direction in np.eye(len(constants)) * step:
        above, below = (shadow(program, X, constants + sign * direction).values for sign in (1, -1))
        columns.append((above - below) / (2 * step))
    return np.array(columns)


def several():
    b = Builder()
    u, v = b.free(0.7), b.free(-1.3)
    p = b("fma", b.x * u, b.x, v) / (b("abs", b.x) + 2.0)
    yield b.program(b("select", b("less", b.x, 0.5), b("max", p, 0.1), b("min", p * u, v) - u))
    b = Builder()
    p = b("fma", b.x, b.free(0.3), b.free(2.0))
    yield b.program(b("copysign", -p, b.x))
    yield exp2_program(4, clamp=False)


@pytest.mark.parametrize("program", list(several()))
def test_tangents_are_finite_differences(program):
    constants = free_values(program)
    np.testing.assert_allclose(
        shadow(program, X, constants).tangents, finite_differences(program, constants), rtol=1e-6, atol=1e-7
    )


def test_values_are_those_of_the_reals_with_the_reduction_of_the_machine():
    program = exp2_program(6, clamp=False)
    n = np.rint(X.astype(np.float64))
    constants = free_values(program)
    expected = np.polyval(constants, X - n) * np.exp2(n)
    np.testing.assert_allclose(shadow(program, X, constants).values, expected, rtol=1e-14)


def test_a_sum_that_may_not_be_rewritten_is_a_sum_unless_it_rounds_to_an_integer():
    b = Builder()
    scale = b.free(0.3)
    rounded = b("round_shift", b.x, scale, 1.5 * 2.0**23) - 1.5 * 2.0**23
    program = b.program(b("round_shift", b.x, scale, 2.0) + rounded)
    found = shadow(program, X, np.array([0.3]))
    steps = np.rint(np.float32(0.3) * X.astype(np.float64))
    np.testing.assert_allclose(found.values, 0.3 * X.astype(np.float64) + 2 + steps, rtol=1e-12)
    np.testing.assert_allclose(found.tangents, [X], rtol=1e-12)


def test_a_sign_put_in_by_bits_is_followed():
    b = Builder()
    p = b("fma", b.x, b.free(0.3), b.free(2.0))
    sign = b("int_and", b("bits", b.x), -(2**31))
    program = b.program(b("number", b("int_xor", b("bits", p), sign)))
    constants = free_values(program)
    found = shadow(program, X, constants)
    np.testing.assert_allclose(found.values, np.copysign(1.0, X) * (constants[0] * X + constants[1]), rtol=1e-12)
    np.testing.assert_allclose(found.tangents, np.copysign(1.0, X) * np.array([X, np.ones_like(X)]), rtol=1e-12)


def test_an_exponent_added_by_bits_is_followed_and_other_bits_are_not():
    b = Builder()
    p = b("fma", b.x, b.free(0.3), b.free(2.0))
    scaled = b.program(b("number", b("int_add", b("bits", p), 3 * 2**23)))
    np.testing.assert_allclose(shadow(scaled, X, free_values(scaled)).tangents[1], 8.0)
    masked = b.program(b("number", b("int_and", b("bits", p), -4096)))
    assert not shadow(masked, X, free_values(masked)).tangents.any()
