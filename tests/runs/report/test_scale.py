import itertools
import math

import pytest

from runs.report.scale import Scale, decade_ticks, decades, linear_ticks, power_text


def test_scales_map_ends_to_pixels_and_powers_evenly():
    scale = Scale(1e-8, 1.0, 400, 0, math.log10)
    assert [scale(10.0**k) for k in (-8, -4, 0)] == pytest.approx([400, 200, 0])
    assert Scale(-1, 3, 10, 50)(0) == 20


@pytest.mark.parametrize(
    ("values", "ends"), [([3e-5, 0.2], (1e-5, 1)), ([1e-3], (1e-3, 1e-1)), ([5e-19, 2e-18], (1e-19, 1e-17))]
)
def test_decades_enclose_the_values(values, ends):
    assert decades(values) == pytest.approx(ends)


@pytest.mark.parametrize("most", [3, 5, 9])
def test_decade_ticks_are_few_and_start_at_the_top(most):
    ticks = decade_ticks(1e-18, 1e-1, most)
    assert len(ticks) <= most + 1
    assert ticks[0] == 0.1
    assert len({round(math.log10(a / b)) for a, b in itertools.pairwise(ticks)}) == 1


@pytest.mark.parametrize(
    ("lower", "upper", "most", "ticks"),
    [(0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (-7, 0, 4, [-6, -4, -2, 0]), (0, 0.785398, 4, [0, 0.2, 0.4, 0.6])],
)
def test_linear_ticks_are_round(lower, upper, most, ticks):
    assert linear_ticks(lower, upper, most) == pytest.approx(ticks)


def test_powers_are_written_with_superscripts():
    assert [power_text(10.0**k) for k in (-12, 0, 3)] == ["10⁻¹²", "10⁰", "10³"]
