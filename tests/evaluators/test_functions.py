import mpmath
import pytest
from flint import arb, arb_series

from evaluators.balls import precision
from evaluators.expression import parse
from evaluators.functions import FUNCTIONS

MPMATH = {
    "Abs": abs,
    "abs": abs,
    "airyai": mpmath.airyai,
    "airybi": mpmath.airybi,
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
}


def _text(name):
    return f"{name}(3, x)" if FUNCTIONS[name].arity == 2 else f"{name}(x)"


def _oracle(name):
    return (lambda x: mpmath.besselj(3, x)) if name == "besselj" else MPMATH.get(name, getattr(mpmath, name, None))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("x", ["0.3", "0.8125"])
def test_every_row_agrees_with_mpmath_in_value_and_derivatives(name, x):
    with mpmath.workdps(60):
        expected = mpmath.taylor(_oracle(name), mpmath.mpf(x), 5)
    with precision(160, 6):
        enclose = parse(_text(name)).enclose
        value = enclose(arb(x))
        coefficients = enclose(arb_series([arb(x), 1], prec=6)).coeffs()
        assert value.rel_accuracy_bits() > 120
        assert abs(value - arb(mpmath.nstr(expected[0], 50))) < arb("1e-40")
        coefficients += [arb(0)] * (6 - len(coefficients))
        for coefficient, wanted in zip(coefficients, expected, strict=True):
            # mpmath differentiates numerically, to about 30 digits here.
            assert abs(coefficient - arb(mpmath.nstr(wanted, 40))) < arb("1e-20") * (1 + abs(coefficient))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wide_balls_enclose_the_function(name):
    points = [mpmath.mpf(k) / 8 for k in range(2, 7)]
    with precision(100, 3):
        enclose = parse(_text(name)).enclose
        for ball in (arb(0.5, 0.26), arb_series([arb(0.5, 0.26), 1], prec=3)):
            whole = enclose(ball)
            whole = whole if isinstance(whole, arb) else whole[0]
            for point in points:
                assert whole.overlaps(arb(mpmath.nstr(_oracle(name)(point), 14), 1e-9))


def test_the_kink_of_the_absolute_value_has_no_derivative():
    with precision(100, 3):
        series = parse("Abs(x)").enclose(arb_series([arb(0, 0.1), 1], prec=3))
        assert series[0].contains(0.1)
        assert not series[1].is_finite()
        assert parse("Abs(x)").enclose(arb_series([arb(-1), 1], prec=3))[1] == -1
