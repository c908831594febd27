# ruff: noqa: ARG005 - every expression takes the builder and x
import numpy as np
import pytest

from search_spaces.float32_functions.canonical import canonical
from search_spaces.float32_functions.draft import linearised
from search_spaces.float32_functions.form import Form
from search_spaces.float32_functions.simplification import simplified
from tests.search_spaces.float32_functions.programs import many, outputs, written

POINTS = np.float32([-np.inf, -3e38, -2.5, -1, -1e-38, -0.0, 0.0, 1e-38, 0.3, 1, 7, 3e38, np.inf, np.nan])


def rewritten(program):
    """Returns a program with every instruction written anew, None where nothing of it is left."""
    form = Form(program.float_format, [], [])
    constants = [form.constant(constant) for constant in program.constants]
    output = program.run(0, constants, lambda name, *operands: simplified(form, name, list(operands)))[-1]
    return linearised(form.instructions, form.constants, output, program.format) if output > 0 else None


@pytest.mark.parametrize(
    ("expression", "operations"),
    [
        (lambda b, x: x + (-(x * 3.0 - 0.5)), 3),
        (lambda b, x: b("abs", x + -0.0), 1),
        (lambda b, x: b("abs", b.fixed(-0.0) - x), 1),
        (lambda b, x: x - -(b("abs", x)), 2),
        (lambda b, x: x - 0.3, 1),
        (lambda b, x: (x * -1.0) * 1.0, 1),
        (lambda b, x: x / 8.0, 1),
        (lambda b, x: x / -0.25, 1),
        (lambda b, x: x / 3.0, 1),
        (lambda b, x: x / 2.0**-127, 1),
        (lambda b, x: b("fma", 1.0, x, 0.7), 1),
        (lambda b, x: b("fma", x, -1.0, 0.7), 1),
        (lambda b, x: b("fma", -x, -b("abs", x), 0.7), 2),
        (lambda b, x: b("fma", 0.3, -x, 0.7), 1),
        (lambda b, x: b("fma", x, x, -0.0), 1),
        (lambda b, x: b("fma", b.fixed(3.0), 0.5, x), 1),
        (lambda b, x: b("fma", b.fixed(0.1), 0.3, x), 1),
        (lambda b, x: b("abs", b("abs", -x)), 1),
        (lambda b, x: b("copysign", -b("abs", x), x * 2.0), 2),
        (lambda b, x: b("abs", b("min", x, x)), 1),
        (lambda b, x: b("abs", b("select", x < 1.0, x, x)), 1),
        (lambda b, x: b("abs", b("select", b.fixed(1.0) < 2.0, x, 3.0)), 1),
        (lambda b, x: b("number", b("int_and", b("int_or", b("bits", x), 0), -1) + 1), 3),
        (lambda b, x: b("number", b("shift_left", b("bits", x), 0) - 0 + 2), 3),
        (lambda b, x: b("to_float", b("int_select", x < 1.0, b.integer(3) + 4, 7)) * x, 1),
    ],
)
def test_a_rule_keeps_every_bit(expression, operations):
    program = written(expression)
    simpler = rewritten(program)
    assert len(simpler.instructions) == operations
    found, expected = outputs(simpler, POINTS), outputs(program, POINTS)
    np.testing.assert_array_equal(found, expected)
    real = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(found[real]), np.signbit(expected[real]))


@pytest.mark.parametrize("fmt", ["float32", "bfloat16", "float16"])
def test_random_programs_keep_every_bit(fmt):
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal(0, 3, 60), POINTS[np.abs(POINTS) < 10]])
    shorter = 0
    for program in many(60, fmt=fmt):
        simpler = rewritten(program)
        if simpler is None:
            continue
        np.testing.assert_array_equal(outputs(simpler, x).astype(float), outputs(program, x).astype(float))
        shorter += len(simpler.instructions) < len(program.instructions)
    assert shorter > 3


def test_fitted_constants_are_not_taken_for_their_start():
    for expression in (
        lambda b, x: x * b.free(1.0),
        lambda b, x: x + b.free(-0.0),
        lambda b, x: x / b.free(2.0),
        lambda b, x: b("select", b.free(1.0) < 2.0, x * x, x),
    ):
        program = written(expression)
        assert any(constant.free for constant in canonical(program).constants)
        assert len(canonical(program).instructions) == len(program.instructions)
