from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx

from evaluators.balls import from_double_double, precision, to_double_double


def test_precision_is_restored_even_after_an_error():
    before = ctx.prec, ctx.cap
    with pytest.raises(RuntimeError), precision(333, 7):
        assert (ctx.prec, ctx.cap) == (333, 7)
        raise RuntimeError
    assert (ctx.prec, ctx.cap) == before


def test_double_double_holds_106_bits_of_pi():
    with precision(300):
        high, low = to_double_double(arb.pi())
    with mpmath.workprec(300):
        assert abs(mpmath.mpf(high) + mpmath.mpf(low) - mpmath.pi) < mpmath.mpf(2) ** -106


@pytest.mark.parametrize("number", [(0.1, 1e-18), (1.0, 2.0**-80), (-3.5, 0.0), (1.0, 1e-300)])
def test_the_ball_contains_the_exact_sum(number):
    exact = Fraction(number[0]) + Fraction(number[1])
    with precision(128):
        ball = from_double_double(number)
        lower, upper = (Fraction(*map(int, _ratio(end))) for end in (ball.lower(), ball.upper()))
    assert lower <= exact <= upper


def _ratio(exact):
    mantissa, exponent = exact.man_exp()
    return (mantissa * 2**exponent, 1) if exponent >= 0 else (mantissa, 2 ** (-exponent))
