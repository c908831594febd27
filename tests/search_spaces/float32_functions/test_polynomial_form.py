# ruff: noqa: ARG005 - every expression takes the builder and x, every meaning its operation
from fractions import Fraction

import numpy as np
import pytest

from search_spaces.float32_functions.polynomial_form import FORMS, ONE, read_terms, write_polynomial, write_terms
from search_spaces.float32_functions.typed_program import TypedProgram
from tests.search_spaces.float32_functions.programs import many, written

every_form = pytest.mark.parametrize("form", FORMS)

COEFFICIENTS = [
    [3.0],
    [0.0, 2.0],
    [1.0, 2.0, -3.0],
    [5.0, -1.0, 4.0, 2.0, -7.0, 3.0, 0.5, 6.0],
    [None, 1.0, None, -0.5, None, 0.25],
    [1.0, None, 3.0, None, -2.0, None, 5.0],
    [None, None, 2.0],
    [1.0, None, None, None, None, None, 2.0, 3.0],
    list(range(1, 13)),
]

MEANINGS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "fma": lambda a, b, c: a * b + c,
}


def values_at(program: TypedProgram, x: Fraction) -> list[Fraction]:
    constants = [Fraction(c.value) for c in program.constants]
    return program.run(x, constants, lambda name, *operands: MEANINGS[name](*operands))


@every_form
@pytest.mark.parametrize("coefficients", COEFFICIENTS, ids=len)
def test_every_form_is_the_polynomial(coefficients, form):
    program = written(lambda b, x: write_polynomial(b, x, coefficients, form))
    for x in (Fraction(0), Fraction(1), Fraction(-3, 7), Fraction(11, 4)):
        expected = sum(Fraction(c) * x**k for k, c in enumerate(coefficients) if c is not None)
        assert values_at(program, x)[-1] == expected


@pytest.mark.parametrize(("form", "operations", "depth"), [("horner", 7, 7), ("estrin", 9, 3), ("even_odd", 8, 5)])
def test_forms_differ_in_operations_and_depth(form, operations, depth):
    program = written(lambda b, x: write_polynomial(b, x, [b.free(1.0) for _ in range(8)], form))
    depths = program.run(0, [0] * 8, lambda name, *operands: 1 + max(operands))
    assert (len(program.instructions), depths[-1]) == (operations, depth)


def test_unknown_forms_are_refused():
    with pytest.raises(ValueError, match="form must be one of horner, estrin, even_odd, not 'knuth'"):
        written(lambda b, x: write_terms(b, x, {0: 1.0}, "knuth"))


@every_form
def test_what_is_written_is_read(form):
    coefficients = [5.0, None, -1.0, 4.0, 2.0, None, -7.0]
    program = written(lambda b, x: write_polynomial(b, x * x, coefficients, form))
    square = 1 + program.instructions.index(("mul", 0, 0))
    terms = read_terms(program, square)[-1]
    numbers = {power: program.constants[-1 - reference].value for power, reference in terms.items()}
    assert numbers == {k: c for k, c in enumerate(coefficients) if c is not None}


def test_a_power_of_its_own_has_the_coefficient_one():
    program = written(lambda b, x: x + x * x * b.free(2.0))
    assert read_terms(program, 0)[-1] == {1: ONE, 2: -1}


def test_what_every_value_is_read_as_has_that_value():
    rng = np.random.default_rng(1)
    for program in many(60):
        if not {name for name, *_ in program.instructions} <= MEANINGS.keys():
            continue
        x = Fraction(int(rng.integers(1, 20)), 7)
        values = values_at(program, x)
        constants = [Fraction(c.value) for c in program.constants]

        def number(reference, values=values, constants=constants):
            return 1 if reference is ONE else values[reference] if reference >= 0 else constants[-1 - reference]

        for variable in range(len(values)):
            for value, terms in zip(values, read_terms(program, variable), strict=True):
                assert value == sum(number(c) * values[variable] ** k for k, c in terms.items())
