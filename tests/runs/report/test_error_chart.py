import math

import pytest

from runs.report.data import ErrorCurve
from runs.report.error_chart import alternations, error_chart
from runs.report.markup import write


def chebyshev(degree: int, points: int = 401, tilt: float = 0.0) -> ErrorCurve:
    xs = [-math.cos(math.pi * k / (points - 1)) for k in range(points)]
    return ErrorCurve(tuple(xs), tuple((1 + tilt * x) * math.cos(degree * math.acos(x)) * 1e-17 for x in xs))


@pytest.mark.parametrize("degree", [1, 2, 5, 12])
def test_a_chebyshev_polynomial_alternates_degree_plus_one_times(degree):
    curve = chebyshev(degree)
    found = alternations(curve)
    assert len(found) == degree + 1
    assert [round(curve.errors[i] * 1e17) for i in found] == [(-1) ** (degree - k) for k in range(degree + 1)]


def test_extrema_of_unequal_size_do_not_count():
    assert len(alternations(chebyshev(5, tilt=0.5))) == 1
    assert len(alternations(chebyshev(5, tilt=0.005))) == 6
    assert alternations(ErrorCurve((0.0, 1.0), (0.0, 0.0))) == []


def test_the_chart_says_what_it_shows():
    text = write(error_chart(chebyshev(3), "maximum relative error"))
    assert "relative error over the domain: largest 1.00e-17, 4 alternating extrema of that size" in text
    assert text.count("<circle") == 2 * 4
    assert ">+1.00e-17<" in text
