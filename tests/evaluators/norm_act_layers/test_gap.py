import jax
import numpy as np
import pytest

from evaluators.norm_act_layers.gap import train_eval_gap
from evaluators.norm_act_layers.networks import Network, NetworkConfig
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.training import make_step
from tests.evaluators.norm_act_layers.small_images import noise, part


def gap(offset, images):
    """The gap of a network whose logits have an offset in training."""

    def init(key):
        del key
        return {"weights": {"matrix": np.array([[2.0, -1.0]] * 48, np.float32) / 48}, "layers": {}}, {}

    def forward(parameters, state, x, train):
        logits = x.reshape(len(x), 48) @ parameters["weights"]["matrix"]
        return logits + (offset if train else 0.0) * np.array([1.0, 0.0], np.float32), state

    program = make_step(Network(NetworkConfig(image_size=4, num_classes=2), init, forward), Recipe())
    return train_eval_gap(program, program.start(jax.random.key(0)), images, images.search)


def losses(logits, labels):
    shifted = logits - logits.max(1, keepdims=True)
    return np.log(np.exp(shifted).sum(1)) - shifted[np.arange(len(labels)), labels]


def expected(offset, images, count):
    x = (images.search.pixels[:count] / 255 - images.mean) / images.std
    logits = x.reshape(count, 48) @ (np.array([[2.0, -1.0]] * 48) / 48)
    labels = images.search.labels[:count]
    return abs(float((losses(logits + np.array([offset, 0.0]), labels) - losses(logits, labels)).mean()))


def test_the_gap_is_the_difference_of_mean_losses():
    images = noise()
    assert gap(0.0, images) == 0.0
    # noise().search has 6 images, three of each class
    assert gap(1.5, images) == pytest.approx(expected(1.5, images, 6), rel=1e-4)


def test_an_incomplete_last_batch_is_left_out_where_there_is_another():
    images = noise()
    object.__setattr__(images, "search", part(260))
    assert gap(0.3, images) == pytest.approx(expected(0.3, images, 250), rel=1e-3)


def test_what_is_greater_than_1_or_not_finite_is_1():
    assert gap(100.0, noise()) == 1.0
    assert gap(float("nan"), noise()) == 1.0
