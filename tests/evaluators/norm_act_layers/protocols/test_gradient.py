import math

import numpy as np
import pytest

from evaluators.norm_act_layers.protocols.finite import FINITE
from evaluators.norm_act_layers.protocols.gradient import GRADIENT
from evaluators.norm_act_layers.protocols.specimen import INITIAL
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.protocols.specimens import figure, probes, written


@pytest.mark.parametrize("factor", [-1e4, 0.5])
def test_the_gradient_of_a_multiple_is_multiplied(factor):
    assert figure(GRADIENT, written(("mul", "x", factor))) == pytest.approx(abs(factor), rel=1e-4)


def test_the_gradient_of_relu_passes_where_the_input_is_positive():
    kept = probes().of_output * (probes().plain.x[INITIAL] > 0)
    truth = np.sqrt((kept.astype(np.float64) ** 2).mean((1, 2, 3))).min()
    assert figure(GRADIENT, KNOWN_LAYERS["relu"]) == pytest.approx(truth, rel=1e-6)


@pytest.mark.parametrize("root", ["signed_sqrt", "sqrt"])
def test_the_root_of_a_vector_that_starts_at_0_has_no_gradient(root):
    """Its value is finite, so nothing else would notice before training fails."""
    layer = written((root, "v0"), ("add", "-1", "x"))
    assert math.isnan(figure(GRADIENT, layer))
    if root == "signed_sqrt":
        assert figure(FINITE, layer) == 1
    assert math.isfinite(figure(GRADIENT, written(("signed_sqrt", "v1"), ("add", "-1", "x"))))


def test_a_leaf_whose_gradient_is_not_asked_for_does_not_count():
    assert figure(GRADIENT, written(("signed_sqrt", 0), ("add", "-1", "x"))) == pytest.approx(1, rel=1e-5)


def test_an_output_with_no_path_from_x_has_no_gradient():
    assert math.isnan(figure(GRADIENT, written(("tanh", "v1"))))


def test_a_pole_makes_the_gradient_explode():
    """A value of the probes is as near to 0 as 1e-3."""
    assert figure(GRADIENT, written(("div", 1, "x"))) > 1e3
