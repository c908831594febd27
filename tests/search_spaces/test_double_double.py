import math
import random
from fractions import Fraction

import mpmath
import pytest

from search_spaces import double_double as dd

ROUNDING = Fraction(1, 2**100)
OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}


def random_number(rng):
    high = rng.gauss(0.0, 1.0) * 10.0 ** rng.uniform(-20, 20)
    return high, high * rng.uniform(-1, 1) * 2.0**-54


def exact(a):
    return Fraction(a[0]) + Fraction(a[1])


@pytest.mark.parametrize("name", OPERATIONS)
def test_arithmetic_is_good_to_100_bits_of_the_operands(name):
    rng = random.Random(1)
    for _ in range(2000):
        a, b = random_number(rng), random_number(rng)
        truth = OPERATIONS[name](exact(a), exact(b))
        scale = abs(truth) if name in ("mul", "div") else abs(exact(a)) + abs(exact(b))
        result = getattr(dd, name)(a, b)
        assert abs(exact(result) - truth) <= ROUNDING * scale
        assert result[0] + result[1] == result[0]


def test_negation_is_exact():
    assert dd.negate((1.5, -1e-20)) == (-1.5, 1e-20)


@pytest.mark.parametrize("name", ["sqrt", "exp", "log"])
def test_elementary_functions_are_good_to_100_bits(name):
    rng = random.Random(2)
    for _ in range(100):
        high = 10.0 ** rng.uniform(-2, 2)
        a = (high, high * 1e-17)
        with mpmath.workdps(60):
            truth = getattr(mpmath, name)(mpmath.mpf(a[0]) + mpmath.mpf(a[1]))
            high, low = getattr(dd, name)(a)
            assert abs(mpmath.mpf(high) + mpmath.mpf(low) - truth) <= mpmath.mpf(2) ** -100 * abs(truth)


def test_division_by_zero_never_raises():
    assert dd.div((1.0, 0.0), (0.0, 0.0)) == (math.inf, 0.0)
    assert dd.div((1.0, 0.0), (-0.0, 0.0)) == (-math.inf, 0.0)
    assert math.isnan(dd.div((0.0, 0.0), (0.0, 0.0))[0])


def test_overflow_gives_infinity():
    assert dd.mul((1e200, 0.0), (1e200, 0.0)) == (math.inf, 0.0)
    assert dd.add((1e308, 0.0), (1e308, 0.0)) == (math.inf, 0.0)
    assert dd.div((1e200, 0.0), (1e-200, 0.0)) == (math.inf, 0.0)
    assert dd.exp((1000.0, 0.0)) == (math.inf, 0.0)


def test_large_numbers_lose_their_low_parts_but_no_more():
    high, low = dd.mul((1e300, 0.0), (3.0, 0.0))
    assert (high, low) == (3e300, 0.0)


@pytest.mark.parametrize("name", ["sqrt", "log"])
def test_elementary_functions_refuse_negative_numbers(name):
    with pytest.raises(ArithmeticError):
        getattr(dd, name)((-1.0, 0.0))
