import math
import time
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers.batches import training_batches
from evaluators.norm_act_layers.networks import NETWORKS, LayerFunctions, Network, NetworkConfig, build
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.training import accuracy, make_step, train
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from tests.evaluators.norm_act_layers.small_images import digits, noise

KEY = jax.random.key(0)
BN_RELU = LayerFunctions.of(KNOWN_LAYERS["bn_relu"])


@cache
def linear_program(steps=30):
    """A network of one matrix, which compiles in no time."""

    def init(key):
        return {"weights": {"matrix": 0.01 * jax.random.normal(key, (64, 10))}, "layers": {}}, {}

    def forward(parameters, state, images, train):  # noqa: ARG001
        return images.reshape(len(images), 64) @ parameters["weights"]["matrix"], state

    network = Network(NetworkConfig(image_size=8, channels=1), init, forward)
    return make_step(network, Recipe(steps=steps, batch_size=64, flips=False, padding=0))


def test_training_learns_and_scores_on_images_it_did_not_see():
    outcome = train(linear_program(), digits(), KEY, part="test", looks=(1, 10))
    assert list(outcome.accuracies) == [1, 10, 30]
    assert outcome.accuracy == outcome.accuracies[30] > 0.85
    assert outcome.accuracies[1] < outcome.accuracies[10]
    assert outcome.failure == ""


def test_accuracy_is_the_share_of_right_answers():
    images, program = digits(), linear_program()
    outcome = train(program, images, KEY)
    parameters, _ = program.model(outcome.training)
    pixels = (images.search.pixels / 255 - images.mean) / images.std
    answers = (pixels.reshape(-1, 64) @ np.asarray(parameters["weights"]["matrix"])).argmax(1)
    assert outcome.accuracy == pytest.approx((answers == images.search.labels).mean(), abs=1e-9)


def test_the_key_decides():
    first, again, other = (train(linear_program(), digits(), jax.random.key(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.training.decayed, again.training.decayed)
    assert (np.asarray(first.training.decayed) != other.training.decayed).any()


def test_it_stops_when_it_is_told_to():
    seen = []
    outcome = train(
        linear_program(), digits(), KEY, looks=(5, 10), keep=lambda step, score: seen.append((step, score)) or step < 10
    )
    assert seen == list(outcome.accuracies.items())
    assert outcome.steps == 10
    assert not outcome.failure


def test_a_training_that_is_watched_stops_with_its_losses():
    seen = []
    outcome = train(
        linear_program(), digits(), KEY, watch=lambda _, losses: seen.append(len(losses)) or len(losses) < 10
    )
    assert seen == [5, 10]
    assert outcome.steps == len(outcome.losses) == 10
    assert outcome.losses[0] == pytest.approx(math.log(10), rel=0.05)
    assert outcome.losses[-1] < outcome.losses[0]
    assert outcome.accuracies == {}
    assert math.isnan(outcome.accuracy)


def _broken(train_factor=1.0, inference_factor=1.0):
    def init(key):
        return {"weights": {"matrix": 0.01 * jax.random.normal(key, (64, 10))}, "layers": {}}, {}

    def forward(parameters, state, images, train):
        factor = train_factor if train else inference_factor
        return images.reshape(len(images), 64) @ parameters["weights"]["matrix"] * factor, state

    network = Network(NetworkConfig(image_size=8, channels=1), init, forward)
    return make_step(network, Recipe(steps=30, batch_size=64, flips=False, padding=0))


def test_a_loss_that_is_not_a_number_ends_the_training_early():
    outcome = train(_broken(train_factor=math.nan), digits(), KEY)
    assert outcome.failure == "the loss is nan before step 1"
    assert outcome.steps == len(outcome.losses) == 5
    assert math.isnan(outcome.accuracy)


def test_a_logit_that_is_not_finite_at_inference_is_no_right_answer():
    outcome = train(_broken(inference_factor=math.inf), digits(), KEY, looks=(20,))
    assert outcome.failure == "a logit at inference is not finite after 20 steps"
    assert math.isnan(outcome.accuracy)


def test_the_memory_of_a_training_is_taken_over():
    images, program = digits(), linear_program()
    training = program.start(KEY)
    batch = next(training_batches(images, program.recipe, 8, KEY))
    program.step(training, batch, 0.1)
    assert training.decayed.is_deleted()


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (
            lambda: noise(size=8, channels=1, num_classes=3),
            "the network has num_classes = 10, the images 3; set num_cl",
        ),
        (lambda: noise(40, size=8, num_classes=10), "the network has channels = 1, the images 3; set channels = 3"),
        (lambda: noise(40, 8, 1, 10), "batch_size must be at most the number of training images, 40, not 64; lower it"),
        (lambda: noise(64, 6, 1, 10), "a network for images of 8x8 cannot crop them from 6x6; lower its image_size"),
    ],
)
def test_images_that_do_not_fit_are_refused(images, message):
    with pytest.raises(ValueError, match=message):
        train(linear_program(), images(), KEY)


def _digits_network(name):
    return build(NetworkConfig(name, width=8, depth=1 / 6, image_size=8, channels=1), BN_RELU)


def test_bn_relu_learns_in_a_network():
    recipe = Recipe(steps=60, batch_size=64, padding=1, flips=False)
    outcome = train(make_step(_digits_network("resnet"), recipe), digits(), KEY, part="test")
    assert outcome.accuracy > 0.6


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_bn_relu_reaches_90_percent_on_the_digits_within_a_minute(name):
    recipe = Recipe(steps=400, batch_size=64, padding=1, flips=False)
    images, before = digits(), time.process_time()
    outcome = train(make_step(_digits_network(name), recipe), images, KEY, part="test")
    assert outcome.accuracy > 0.9
    assert time.process_time() - before < 60


@pytest.mark.slow
def test_seeds_share_one_compiled_step():
    recipe = Recipe(steps=20, batch_size=64, padding=1, flips=False)
    program, images = make_step(_digits_network("resnet"), recipe), digits()
    outcomes = [train(program, images, jax.random.key(seed)) for seed in range(3)]
    assert program.step._cache_size() == program.logits._cache_size() == 1
    scores = [accuracy(program, outcome.training, images, images.search) for outcome in outcomes]
    assert scores == [outcome.accuracy for outcome in outcomes]
    assert len({float(jnp.abs(outcome.training.decayed).sum()) for outcome in outcomes}) == 3
