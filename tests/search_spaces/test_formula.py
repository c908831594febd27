import re
from fractions import Fraction

import mpmath
import pytest
import sympy

from search_spaces.formula import constant_text, definitions, formula_text, listing, to_latex, to_sympy
from search_spaces.program import Program

FRACTION = Program(
    (("add", 0, -1), ("div", -2, 1), ("sub", 2, -3), ("mul", 3, 3)),
    ((1.5, 1e-20), (-8.25, 3e-17), (0.1, -2e-19)),
)
SHARED = Program(
    (("mul", 0, 0), ("add", 1, -1), ("div", 1, 2), ("mul", 3, 2), ("add", 4, 3), ("sqrt", 5)), ((1.25, 0.0),)
)


def exact(program: Program, x: Fraction) -> Fraction:
    meanings = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
    }
    constants = [Fraction(high) + Fraction(low) for high, low in program.constants]
    return program.apply(x, constants, lambda name, *operands: meanings[name](*operands))


def test_the_sympy_form_has_the_value_of_the_program_to_33_digits():
    x = Fraction(3, 7)
    value = to_sympy(FRACTION, 34).subs(sympy.Symbol("x"), sympy.Rational(3, 7)).evalf(40)
    expected = exact(FRACTION, x)
    with mpmath.workdps(50):
        assert abs(mpmath.mpf(str(value)) * expected.denominator / expected.numerator - 1) < mpmath.mpf("1e-32")


@pytest.mark.parametrize("digits", [4, 9, 20])
def test_the_text_has_the_digits_asked_for(digits):
    with mpmath.workdps(50):
        value = eval(
            re.sub(r"[\d.]{2,}", r"mpmath.mpf('\g<0>')", formula_text(FRACTION, digits)), {"mpmath": mpmath, "x": 0.5}
        )
        truth = exact(FRACTION, Fraction(1, 2))
        error = float(abs(value * truth.denominator / truth.numerator - 1))
    assert error < 30 * 10.0**-digits
    assert digits < 20 or error > 1e-25


def test_constants_that_sympy_combines_keep_their_digits():
    program = Program((("mul", 0, -1), ("div", -2, 1)), ((3.0, 0.0), (1.0, 0.0)))
    assert formula_text(program, 12) == "0.333333333333/x"


def test_repeated_compound_values_are_named():
    assert formula_text(SHARED) == "sqrt(u1*u2 + u2) with u1 = x**2 + 1.25, u2 = x**2/u1"
    assert to_latex(SHARED).endswith(r"u_{1} = x^{2} + 1.25,\quad u_{2} = \frac{x^{2}}{u_{1}}")


def test_the_formula_of_a_chain_that_doubles_stays_linear():
    step = [("mul", 0, 0), ("add", 1, -1)]
    for k in range(20):
        step += [("mul", 2 * k + 2, 0), ("add", 2 * k + 3, 2 * k + 2)]
    program = Program(tuple(step), ((0.5, 0.0),))
    assert len(formula_text(program)) < 700


def test_a_named_formula_has_the_value_of_the_program():
    named, output = definitions(SHARED, 30)
    for name, value in reversed(named):
        output = output.subs(sympy.Symbol(name), value)
    x = 0.75
    v2 = x * x + 1.25
    v3 = x * x / v2
    assert float(output.subs(sympy.Symbol("x"), x)) == pytest.approx((v3 * v2 + v3) ** 0.5, rel=1e-14)


def test_dead_instructions_name_nothing():
    program = Program((("mul", 0, 0), ("add", 1, -1), ("mul", 2, 0), ("add", 2, 0)), ((1.0, 0.0),))
    assert "with" not in formula_text(program)


def test_listing_shows_the_operations_in_order():
    assert listing(FRACTION) == "v1 = x + c0\nv2 = c1 / v1\nv3 = v2 - c2\nv4 = v3 * v3"
    assert listing(SHARED).splitlines()[-1] == "v6 = sqrt(v5)"


@pytest.mark.parametrize(
    ("constant", "text"),
    [
        ((0.1, 1e-18), "0.1000000000000000065511151231257827"),
        ((3.0, 0.0), "3"),
        ((1e20, 1.0), "100000000000000000001"),
        ((-0.5, -(2.0**-60)), "-0.500000000000000000867361737988403547"),
    ],
)
def test_constants_are_written_as_their_exact_sum(constant, text):
    assert abs(Fraction(constant_text(constant)) - Fraction(text)) <= abs(Fraction(text)) * Fraction(1, 10**33)
    exact_sum = Fraction(constant[0]) + Fraction(constant[1])
    assert abs(Fraction(constant_text(constant)) - exact_sum) <= abs(exact_sum) * Fraction(1, 10**33)


@pytest.mark.parametrize(
    ("instructions", "constants"),
    [
        ((("sub", -1, -1), ("div", -1, 1), ("add", 0, 2)), (1.5,)),
        ((("div", -1, -2), ("add", 0, 1)), (1.0, 0.0)),
        ((("sub", 0, 0), ("div", 1, 1)), ()),
        ((("exp", -1), ("exp", 1), ("exp", 2), ("add", 0, 3)), (1000.0,)),
    ],
)
def test_a_formula_without_a_value_is_its_listing(instructions, constants):
    program = Program(instructions, tuple((value, 0.0) for value in constants))
    assert formula_text(program).split("; ") == listing(program).splitlines()
