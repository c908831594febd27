import random
from fractions import Fraction

import pytest
from flint import arb, arb_series

from evaluators.balls import precision
from evaluators.rational_function import rational_function
from search_spaces.program import Program
from tests.evaluators.minimax_programs import random_program

MEANING = {
    "add": Fraction.__add__,
    "sub": Fraction.__sub__,
    "mul": Fraction.__mul__,
    "div": Fraction.__truediv__,
    "neg": Fraction.__neg__,
}


@pytest.mark.parametrize("seed", range(40))
def test_values_agree_with_exact_rational_arithmetic(seed):
    rng = random.Random(seed)
    program = random_program(rng, rng.randint(1, 8))
    x = Fraction(rng.randint(1, 999), 1000)
    constants = [Fraction(high) + Fraction(low) for high, low in program.constants]
    try:
        wanted = program.apply(x, constants, lambda name, *operands: MEANING[name](*operands))
    except ZeroDivisionError:
        return
    function = rational_function(program)
    with precision(300):
        value = function.enclose(arb(x.numerator) / x.denominator)
        exact = arb(wanted.numerator) / wanted.denominator
        assert abs(value - exact) <= abs(exact) * arb(2) ** -150


def test_common_factors_cancel():
    # v = 3 / x; 1 / (v^2 + v) = x^2 / (9 + 3 x), although v is infinite at 0 and used twice.
    instructions = (("div", -1, 0), ("mul", 1, 1), ("add", 2, 1), ("div", -2, 3))
    function = rational_function(Program(instructions, ((3.0, 0.0), (1.0, 0.0))))
    assert function.denominator.degree() == 1
    assert function.enclose(arb(0)) == 0
    with precision(100, 4):
        series = function.enclose(arb_series([arb(0, 0.01), 1], prec=4))
        assert series[2].contains(arb(1) / 9)


def test_the_low_part_of_a_constant_counts():
    function = rational_function(Program((("mul", 0, -1),), ((1.0, 2.0**-80),)))
    assert Fraction(str(function.numerator[1] - 1)) == Fraction(1, 2**80)


@pytest.mark.parametrize(
    ("instructions", "constants"),
    [
        ((("sub", 0, 0), ("div", -1, 1)), (1.0,)),
        ((("exp", 0),), ()),
        ((("add", 0, -1),), (float("nan"),)),
        ((("add", 0, -1),), (float("inf"),)),
        ((("sqrt", 0), ("mul", 1, 1)), ()),
        (tuple(("mul", n, n) for n in range(12)), ()),
    ],
)
def test_what_is_no_rational_function_of_moderate_degree_is_none(instructions, constants):
    assert rational_function(Program(instructions, tuple((c, 0.0) for c in constants))) is None


def test_a_true_pole_stays():
    function = rational_function(Program((("add", 0, -1), ("div", -2, 1)), ((-0.5, 0.0), (3.0, 0.0))))
    assert not function.enclose(arb(0.5)).is_finite()
    assert rational_function(Program((("neg", 0),), ())).enclose(arb(2)) == -2
