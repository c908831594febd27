import itertools
from fractions import Fraction

import pytest

from search_spaces.scale import Parameter, is_free, make_scale, over, plus, times, value_of

NUMBERS = (0, 1, -1, 2, -6, Parameter((0.75, 0.0)), Parameter((-2.5, 0.0)))


def exact(scale):
    return Fraction(value_of(scale)[0]) + Fraction(value_of(scale)[1])


@pytest.mark.parametrize(("s", "t"), list(itertools.product(NUMBERS, NUMBERS)))
def test_arithmetic_is_that_of_the_values(s, t):
    assert exact(plus(s, t)) == exact(s) + exact(t)
    assert exact(times(s, t)) == exact(s) * exact(t)
    if t != 0:
        assert abs(exact(over(s, t)) - exact(s) / exact(t)) < Fraction(1, 2**100)


def test_signs_and_counts_are_structure_and_stay_whole_numbers():
    assert times(-1, 3) == -3
    assert over(-6, 2) == -3
    assert plus(2, -1) == 1
    assert [is_free(scale) for scale in NUMBERS] == [False, False, False, True, True, True, True]


def test_a_parameter_over_itself_is_one_and_over_its_equal_is_a_parameter():
    parameter, equal = Parameter((0.75, 0.0)), Parameter((0.75, 0.0))
    assert over(parameter, parameter) == 1
    assert isinstance(over(parameter, equal), Parameter)


def test_zero_is_a_whole_number():
    assert make_scale((0.0, 0.0)) == 0
    assert make_scale((-0.0, 0.0)) == 0
    assert plus(Parameter((0.75, 0.0)), Parameter((-0.75, 0.0))) == 0


@pytest.mark.parametrize("scale", [0, 1, Parameter((1.0, 0.0))])
def test_division_by_zero_raises(scale):
    with pytest.raises(ZeroDivisionError):
        over(scale, 0)


def test_whole_numbers_beyond_double_precision_raise():
    with pytest.raises(OverflowError):
        value_of(10**400)
