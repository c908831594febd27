from functools import cache

import jax
import numpy as np
import pytest

from evaluators.norm_act_layers.interpreter import Capacity
from evaluators.norm_act_layers.networks import LayerFunctions, build
from evaluators.norm_act_layers.population import make_population
from evaluators.norm_act_layers.population_training import Member, train_population
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.training import make_step, train
from search_spaces.norm_act_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.builder import Builder
from tests.evaluators.norm_act_layers.one_place import one_place, one_place_population
from tests.evaluators.norm_act_layers.small_images import noise

RECIPE = Recipe(steps=4, batch_size=8, padding=1, flips=False)
NAMES = ("bn_relu", "mish", "frn_tlu")
MEMBERS = [Member(KNOWN_LAYERS[name], jax.random.key(seed)) for seed, name in enumerate(NAMES)]


@pytest.fixture
def config(monkeypatch):
    return one_place(monkeypatch)


def population(config):
    return one_place_population(config, RECIPE)


@cache
def outcomes(config):
    return list(train_population(population(config), MEMBERS, noise(), looks=(2,), chunk=2))


@pytest.mark.parametrize("number", [0, 2])
def test_each_is_trained_as_it_is_alone(number, config):
    layer, key = MEMBERS[number]
    right = train(make_step(build(config, LayerFunctions.of(layer), "products"), RECIPE), noise(), key, looks=(2,))
    found = outcomes(config)[number]
    assert found.accuracies == right.accuracies
    assert (found.steps, found.failure) == (4, "")
    np.testing.assert_allclose(found.losses, right.losses, rtol=1e-4)
    np.testing.assert_allclose(found.training.decayed, right.training.decayed, rtol=1e-4, atol=1e-6)


def explosive():
    graph = Builder()
    graph.op("exp", graph.op("square", graph.op("square", graph.op("mul", graph.x, graph.constant(100.0)))))
    return graph.layer(affine=True)


def test_the_failure_of_one_leaves_the_others_alone(config):
    members = [MEMBERS[0], Member(explosive(), jax.random.key(3))]
    first, second = train_population(population(config), members, noise(), looks=(2,))
    assert first.accuracies == outcomes(config)[0].accuracies
    assert second.failure == "the loss is nan before step 1"
    assert np.isnan(second.accuracy)


def test_one_that_is_not_to_go_on_stops_alone(config):
    accuracies = iter([0.1, 0.9])
    asked = []

    def keep(step, accuracy):
        asked.append((step, accuracy))
        return step > 2 or next(accuracies) > 0.5

    found = list(train_population(population(config), MEMBERS[:2], noise(), looks=(2,), keep=keep))
    assert [outcome.steps for outcome in found] == [2, 4]
    assert [list(outcome.accuracies) for outcome in found] == [[2], [2, 4]]
    assert found[1].accuracies == outcomes(config)[1].accuracies
    assert len(asked) == 3


def test_one_whose_losses_are_those_of_a_bad_layer_stops_before_it_is_scored(config):
    seen = []

    def watch(losses):
        seen.append(len(losses))
        return len(seen) != 2

    first, second = train_population(population(config), MEMBERS[:2], noise(), looks=(2,), watch=watch)
    assert seen == [2, 2, 4]
    assert first.accuracies == outcomes(config)[0].accuracies
    assert (second.accuracies, second.steps, second.failure) == ({}, 2, "")


def short_of_memory(population, room, message="RESOURCE_EXHAUSTED: Out of memory while trying to allocate"):
    """A population whose device has room for so many members, and loses what it is given when there are more."""

    def step(codes, trainings, batches, rate):
        if len(trainings.decayed) > room:
            jax.tree.map(lambda array: array.delete(), trainings)
            raise jax.errors.JaxRuntimeError(message)
        return population.step(codes, trainings, batches, rate)

    return population._replace(step=step)


def test_a_device_out_of_memory_trains_half_as_many_at_a_time_and_says_so(config):
    said = []
    narrow = short_of_memory(population(config), 2)
    members = [*MEMBERS, MEMBERS[0]]
    found = list(train_population(narrow, members, noise(), looks=(2,), chunk=64, on_halved=said.append))
    assert said == [2]
    right = [outcomes(config)[number].accuracies for number in (0, 1, 2, 0)]
    assert [outcome.accuracies for outcome in found] == right


def test_what_is_trained_before_memory_runs_out_is_not_lost(config):
    calls = iter(range(100))
    step = population(config).step

    def fails_at_last(*arguments):
        if next(calls) >= RECIPE.steps:
            raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: no room")
        return step(*arguments)

    found = train_population(population(config)._replace(step=fails_at_last), MEMBERS, noise(), chunk=2)
    assert [next(found).steps, next(found).steps] == [4, 4]
    with pytest.raises(ValueError, match=r"^the device runs out of memory while it trains a single candidate; .*$"):
        next(found)


def test_other_failures_of_the_device_are_not_taken_for_it(config):
    broken = short_of_memory(population(config), 0, "INTERNAL: something else")
    with pytest.raises(jax.errors.JaxRuntimeError, match="INTERNAL"):
        next(train_population(broken, MEMBERS, noise()))


def test_a_layer_without_room_and_images_that_do_not_fit_are_refused_in_a_line(config):
    narrow = make_population(config, RECIPE, Capacity(rows=20))
    with pytest.raises(ValueError, match=r"^the layer needs \d+ rows .*$"):
        next(train_population(narrow, [Member(KNOWN_LAYERS["pau"], jax.random.key(0))], noise()))
    with pytest.raises(ValueError, match=r"^the network has num_classes = 2, the images 3; .*$"):
        next(train_population(population(config), MEMBERS, noise(num_classes=3)))
