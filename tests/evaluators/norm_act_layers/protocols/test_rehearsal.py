import math

import pytest

from evaluators.norm_act_layers.protocols.rehearsal import Rehearsal
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import QualityConfig
from search_spaces.norm_act_layers import KNOWN_LAYERS, Layer, Node
from tests.evaluators.norm_act_layers.small_images import digits, noise

NORMALIZED = [name for name in KNOWN_LAYERS if name.startswith(("bn", "gn", "ln", "frn", "evonorm"))]


def rehearse(layer, images, rate=0.1, **settings):
    protocol = Rehearsal(images, Recipe(learning_rate=rate), QualityConfig(**settings))
    figure = protocol.figure(layer)
    return figure, protocol.passes(figure)


def test_bn_relu_learns_the_digits():
    figure, passes = rehearse(KNOWN_LAYERS["bn_relu"], digits())
    assert figure < 0.7
    assert passes


@pytest.mark.slow
@pytest.mark.parametrize("name", NORMALIZED)
def test_known_layers_pass(name):
    assert rehearse(KNOWN_LAYERS[name], digits())[1]


def test_what_diverges_is_turned_away():
    figure, passes = rehearse(KNOWN_LAYERS["relu"], noise(size=8), rate=10.0)
    assert figure > 4
    assert not passes


def test_a_loss_that_is_not_finite_is_infinite():
    overflow = Layer((Node("exp", (0,)), Node("exp", (1,)), Node("exp", (2,))), ())
    assert rehearse(overflow, noise(size=8)) == (math.inf, False)
    assert rehearse(overflow, noise(size=8), max_rehearsal_losses=()) == (math.inf, False)


def test_the_first_loss_is_about_that_of_guessing():
    figure, passes = rehearse(KNOWN_LAYERS["bn_relu"], noise(size=8, num_classes=3), rehearsal_steps=1)
    assert figure == pytest.approx(1.0, abs=0.1)
    assert passes


def test_bounds_that_are_not_reached_do_not_count():
    bounds = ((1, 100.0), (2, 1e-9))
    layer = KNOWN_LAYERS["bn_relu"]
    assert rehearse(layer, noise(), rehearsal_steps=1, max_rehearsal_losses=bounds)[1]
    assert not rehearse(layer, noise(), rehearsal_steps=2, max_rehearsal_losses=bounds)[1]


@pytest.mark.parametrize("size", [1, 3, 7])
def test_images_of_any_size_have_patches(size):
    assert math.isfinite(rehearse(KNOWN_LAYERS["bn_relu"], noise(size=size), rehearsal_steps=2)[0])


def test_equal_rehearsals_are_equal():
    assert rehearse(KNOWN_LAYERS["evonorm_b0"], noise(size=8), rehearsal_steps=3) == rehearse(
        KNOWN_LAYERS["evonorm_b0"], noise(size=8), rehearsal_steps=3
    )
