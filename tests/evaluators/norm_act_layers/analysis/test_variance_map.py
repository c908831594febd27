import math

import numpy as np
import pytest
from scipy import integrate, stats

from evaluators.norm_act_layers.analysis.pointwise import pointwise
from evaluators.norm_act_layers.analysis.variance_map import variance_map
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written


def of(layer):
    return variance_map(pointwise(canonical(layer)))


def test_the_fixed_point_of_twice_tanh_stays():
    found = of(written(("tanh", "x"), ("mul", "-1", 2)))

    def after(square):
        return integrate.quad(lambda z: 4 * np.tanh(math.sqrt(square) * z) ** 2 * stats.norm.pdf(z), -12, 12)[0]

    (point,) = found.fixed_points
    assert after(point.square) == pytest.approx(point.square, rel=1e-6)
    assert point.slope == pytest.approx((after(point.square + 1e-3) - after(point.square - 1e-3)) / 2e-3, rel=1e-3)
    assert abs(point.slope) < 1
    assert (found.small, found.large) == ("grows", "shrinks")


def test_homogeneous_layers_have_none():
    relu, same = of(KNOWN_LAYERS["relu"]), of(written(("neg", "x")))
    assert (relu.fixed_points, relu.small, relu.large) == ((), "shrinks", "shrinks")
    assert relu.degree == pytest.approx(1, abs=1e-9)
    assert (same.fixed_points, same.small, same.large) == ((), "stays", "stays")


def test_an_unstable_point_is_told_from_a_stable_one():
    (point,) = of(
        written(
            ("mul", "x", "x"),
        )
    ).fixed_points
    assert point.square == pytest.approx(1 / 3, rel=1e-6)
    assert point.slope == pytest.approx(2, rel=1e-3)
    assert of(written(("div", 1, "x"))).small == "undefined"
