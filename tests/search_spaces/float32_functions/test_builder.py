# ruff: noqa: ARG005 - every expression takes the builder and x, every meaning its operation
import math

import numpy as np
import pytest

from primitives.float_format import FORMATS
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.typed_program import Constant
from tests.search_spaces.float32_functions.programs import many, outputs, written

X = np.float32([-2.5, -1, 0.5, 3])


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (lambda b, x: x + 1.0, X + 1),
        (lambda b, x: x - 1, X - 1),
        (lambda b, x: x * x, X * X),
        (lambda b, x: x / 2.0, X / 2),
        (lambda b, x: -x, -X),
        (lambda b, x: b("select", x < 0.0, 1.0, x), np.where(X < 0, 1, X)),
        (lambda b, x: b("number", b("bits", x) + 1 - 1), X),
        (lambda b, x: b("to_float", b("int_select", b("bits", x) < 0, 1, 2)), np.where(X < 0, 1, 2)),
        (lambda b, x: x, X),
        (lambda b, x: b.fixed(0.25), np.full(4, 0.25)),
    ],
)
def test_expressions_become_instructions(expression, expected):
    np.testing.assert_array_equal(outputs(written(expression), X), expected)


def test_equal_instructions_and_constants_are_written_once():
    program = written(lambda b, x: (x * 2.0) * (x * 2.0))
    assert program.instructions == (("mul", 0, -1), ("mul", 1, 1))
    assert len(written(lambda b, x: (x * b.free(2.0)) * (x * b.free(2.0))).constants) == 2


def test_zeros_of_either_sign_are_two_constants():
    assert written(lambda b, x: (x + 0.0) * (x + -0.0)).constants == (Constant("float", 0.0), Constant("float", -0.0))


def test_numbers_are_rounded_to_the_format():
    program = written(lambda b, x: x + math.pi, "bfloat16")
    assert program.constants[0].value == FORMATS["bfloat16"].nearest(math.pi) == 3.140625


def test_it_goes_on_from_a_program():
    for program in many(10):
        b = Builder.of(program)
        value = b.value(len(program.instructions))
        assert b.program(value) == program
        further = b.program(value * 2.0)
        np.testing.assert_array_equal(outputs(further, X), outputs(program, X) * 2)
        assert {b.value(-1 - i).kind for i in range(len(program.constants))} == {c.kind for c in program.constants}


def test_too_few_operands_are_refused():
    with pytest.raises(ValueError, match="argument"):
        Builder()("fma", 1.0, 2.0)
