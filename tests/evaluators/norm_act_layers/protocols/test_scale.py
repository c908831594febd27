import math

import pytest

from evaluators.norm_act_layers.protocols.scale import SCALE
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.protocols.specimens import figure, written


@pytest.mark.parametrize(
    ("layer", "degree"),
    [
        (written(("neg", "x")), 1),
        (written(("square", "x")), 2),
        (written(("std[whc]", "x"), ("mul", "-1", "x")), 2),
        (written(("abs", "x"), ("signed_sqrt", "-1"), ("mul", "-1", "x")), 1.5),
        (written(("signed_sqrt", "x")), 0.5),
        (written(("rms[whc]", "x"), ("div", "x", "-1")), 0),
        (written(("div", 1, "x")), 1),
        (written(("square", "x"), ("div", 1, "-1")), 2),
    ],
    ids=["x", "x^2", "x std", "|x|^1.5", "sqrt", "normalized", "pole", "pole of degree 2"],
)
def test_the_figure_is_the_degree(layer, degree):
    assert figure(SCALE, layer) == pytest.approx(degree, abs=1e-3)


@pytest.mark.parametrize("threshold", [0.0, 1.0, 3.0])
def test_a_rectifier_grows_like_its_input_wherever_its_threshold(threshold):
    assert figure(SCALE, written(("max", "x", threshold))) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    "layer",
    [
        written(("exp", "x")),
        written(("exp", "x"), ("signed_sqrt", "-1")),
        written(("exp", "x"), ("div", "x", "-1")),
        written(("square", "x"), ("square", "-1"), ("mul", "-1", "-1"), ("mul", "-1", "-1"), ("mul", "-1", "-1")),
    ],
    ids=["exponential", "its root", "its reciprocal", "power 32"],
)
def test_what_overflows_has_no_degree(layer):
    assert math.isnan(figure(SCALE, layer))


def test_what_vanishes_does_not_grow():
    bump = written(("square", "x"), ("neg", "-1"), ("exp", "-1"), ("mul", "-1", "x"))
    assert figure(SCALE, bump) < 0
    rectifier = written(("max", "x", 3))
    assert figure(SCALE, rectifier) < 1.1


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_no_known_layer_grows_faster_than_its_input(name):
    assert figure(SCALE, KNOWN_LAYERS[name]) < 1.1
