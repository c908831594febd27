from functools import cache

import jax
import numpy as np
import pytest

from evaluators.norm_act_layers.interpreter import Capacity, Machine, make_interpreter
from evaluators.norm_act_layers.networks import LayerFunctions, build
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.training import make_step, train
from search_spaces.norm_act_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.one_place import one_place
from tests.evaluators.norm_act_layers.small_images import noise

RECIPE = Recipe(steps=4, batch_size=8, padding=1, flips=False)


@pytest.fixture
def config(monkeypatch):
    return one_place(monkeypatch)


@cache
def interpreter(config):
    return make_interpreter(config, RECIPE)


@pytest.mark.parametrize("name", ["bn_relu", "mish"])
def test_training_is_that_of_the_compiled_network(name, config):
    layer = KNOWN_LAYERS[name]
    program, compiled = interpreter(config)(layer), make_step(build(config, LayerFunctions.of(layer)), RECIPE)
    found, right = (train(p, noise(), jax.random.key(1), looks=(2,)) for p in (program, compiled))
    assert found.accuracies == right.accuracies
    np.testing.assert_allclose(found.training.decayed, right.training.decayed, rtol=1e-4, atol=1e-6)
    assert np.ptp(right.training.decayed_velocity) > 1e-3


def test_all_layers_share_one_compiled_step(config):
    programs = [interpreter(config)(KNOWN_LAYERS[name]) for name in ("gelu", "evonorm_b0", "pau")]
    for program in programs:
        train(program, noise(), jax.random.key(0))
    assert programs[0].step.func._cache_size() == 1
    assert programs[0].logits.func._cache_size() == 1


def test_a_layer_without_room_is_turned_away_in_a_line(config):
    narrow = make_interpreter(config, RECIPE, Machine(Capacity(rows=20)))
    with pytest.raises(ValueError, match=r"^the layer needs \d+ rows to be interpreted, more than 20; raise .*$"):
        narrow(KNOWN_LAYERS["pau"])
