import mpmath
import numpy as np
import pytest

from evaluators.reference import chebyshev_points, reference_values, weights
from evaluators.targets import TARGETS, make_target, target

MPMATH = {
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * (1 + mpmath.erf(x / mpmath.sqrt(2))) / 2,
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "airy_ai": mpmath.airyai,
    "bessel_j0": lambda x: mpmath.besselj(0, x),
}


def _exact(high, low):
    return [mpmath.mpf(float(h)) + mpmath.mpf(float(t)) for h, t in zip(high, low, strict=True)]


@pytest.mark.parametrize("name", TARGETS)
def test_values_and_weights_agree_with_mpmath_to_104_bits(name):
    goal = target(name)
    points = chebyshev_points(goal, 9)
    with mpmath.workprec(400):
        oracle = MPMATH.get(name, getattr(mpmath, name, None))
        xs = _exact(*points)
        expected = [oracle(x) for x in xs]
        for value, wanted in zip(_exact(*reference_values(goal, points)), expected, strict=True):
            assert abs(value - wanted) <= mpmath.mpf(2) ** -104 * abs(wanted)
        for factor, value in zip(_exact(*weights(goal, points)), expected, strict=True):
            wanted = 1 / value if goal.metric == "relative" else mpmath.mpf(1)
            assert abs(factor - wanted) <= mpmath.mpf(2) ** -104 * abs(wanted)


def test_cancellation_in_the_target_is_overcome():
    goal = make_target("(exp(x) - 1 - x - x**2/2)*1.0", "1e-8,1e-7", "absolute")
    points = (np.array([2.0**-26]), np.array([0.0]))
    with mpmath.workdps(120):
        x = mpmath.mpf(2) ** -26
        wanted = mpmath.exp(x) - 1 - x - x**2 / 2
        assert abs(_exact(*reference_values(goal, points))[0] / wanted - 1) < mpmath.mpf(2) ** -104


def test_weight_expressions_enter():
    goal = make_target("exp(x)", "0,1", "absolute", weight="1 + x")
    assert weights(goal, (np.array([0.5]), np.zeros(1)))[0][0] == 1.5


def test_chebyshev_points_hold_both_ends_in_double_double():
    goal = target("sin")
    high, low = chebyshev_points(goal, 17)
    with mpmath.workprec(200):
        xs = _exact(high, low)
        wanted = [mpmath.pi / 8 * (1 - mpmath.cos(mpmath.pi * k / 16)) for k in range(17)]
        assert max(abs(x - y) for x, y in zip(xs, wanted, strict=True)) < mpmath.mpf(2) ** -105
    assert high[0] == 0.0
    assert np.all(np.diff(high) > 0)
    with pytest.raises(ValueError, match="num_points"):
        chebyshev_points(goal, 1)
