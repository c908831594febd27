import numpy as np
import pytest

from evaluators.norm_act_layers.analysis.crossings import MOST, NEAR, REACH, crossings, line


def found(function):
    points = line()
    with np.errstate(all="ignore"):
        return crossings(function, points, function(points))


def test_the_line_is_dense_about_0_and_reaches_far():
    points = line()
    assert points[0] == pytest.approx(-REACH)
    assert points[-1] == pytest.approx(REACH)
    assert (np.diff(points) > 0).all()
    assert {0.0, 1.0, -3.0} <= set(points.tolist())
    assert np.diff(points[np.abs(points) <= NEAR]).max() < 0.01


def test_roots_of_a_polynomial_are_found():
    roots = [-31.7, -0.3, 0.001, 5.25]
    np.testing.assert_allclose(found(np.poly1d(roots, r=True)), roots, rtol=1e-9)


def test_touched_zeros_and_ends_of_runs_are_found():
    assert found(np.square) == [0]
    assert found(lambda x: np.maximum(x, 0)) == [0]
    assert found(lambda x: np.maximum(np.abs(x) - 1, 0)) == [-1, 1]


def test_what_underflows_has_no_zero():
    assert found(lambda x: np.exp(-x * x)) == []
    assert found(lambda x: 0 * x) == []


def test_of_many_those_nearest_to_0_are_kept():
    np.testing.assert_allclose(found(np.sin), np.pi * np.arange(-MOST // 2, MOST // 2 + 1)[:MOST], atol=np.pi * 1.01)
    assert len(found(np.sin)) == MOST
    assert max(map(abs, found(np.sin))) < np.pi * (MOST / 2 + 1)


def test_what_is_undefined_on_one_side_is_no_obstacle():
    assert found(lambda x: np.log(x) - 1) == [pytest.approx(np.e)]
