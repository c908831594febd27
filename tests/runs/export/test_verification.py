import numpy as np
import pytest

from runs.export.verification import NUM_POINTS, check_points, float64_values, require_same_bits
from search_spaces.program import Program


def test_points_hold_both_ends_and_stay_inside():
    points = check_points(-0.3, 0.7)
    assert points.shape == (NUM_POINTS,)
    assert (points[0], points[-1]) == (-0.3, 0.7)
    assert np.all(np.diff(points) >= 0)
    assert np.array_equal(points, check_points(-0.3, 0.7))


def test_an_open_end_at_zero_is_approached_without_subnormal_numbers():
    points = check_points(5e-324, 1.0)
    assert points[0] == 2.0**-500
    assert check_points(0.0, 1.0)[0] == 0.0
    assert check_points(0.0, 1e-200)[-1] == 1e-200


def test_values_round_each_operation_and_ignore_trailing_parts():
    program = Program((("mul", 0, -1), ("sub", 1, -2)), ((1 / 3, 1e-17), (0.1, 0.0)))
    points = np.array([0.1, 0.7, 3.0])
    assert float64_values(program, points).tolist() == [x * (1 / 3) - 0.1 for x in points.tolist()]


def test_nan_equals_nan_but_signed_zeros_differ():
    pole = Program((("sub", 0, 0), ("div", 1, 1)), ())
    points = np.array([1.0, 2.0])
    require_same_bits("numpy", pole, points, np.array([np.nan, -np.nan]))
    zero = Program((("sub", 0, 0),), ())
    with pytest.raises(ValueError, match=r"on 1 of 2 points, first at x = 2\.0: -0\.0 instead of 0\.0"):
        require_same_bits("numpy", zero, points, np.array([0.0, -0.0]))
