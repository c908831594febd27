"""Trials: the whole training of a layer in one network, once per seed, scored on whichever parts are asked for."""

from __future__ import annotations

import math
import time
from typing import NamedTuple

import jax

from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.networks import LayerFunctions, NetworkConfig, build
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from evaluators.norm_act_layers.training import Program, accuracy, make_step, train
from search_spaces.norm_act_layers.layer import Layer, decode


class Trial(NamedTuple):
    """A layer to train in a network; plain data.

    Attributes:
        layer: encoded.
        network: a name in :data:`evaluators.norm_act_layers.networks.NETWORKS`.
        seeds: of the weights and the batches, one training each.
        parts: of the images to score on, at least one of ``search``, ``validation`` and ``test``.
    """

    layer: str
    network: str
    seeds: tuple[int, ...]
    parts: tuple[str, ...]


class TrialRow(NamedTuple):
    """What became of one training.

    Attributes:
        seed: of the training.
        accuracies: shares of right answers by part; none where the training failed.
        failure: what was not finite, and when; empty if all was.
        steps: that were made.
        seconds: of this training and its scoring; those of compiling count for the first.
    """

    seed: int
    accuracies: dict[str, float]
    failure: str
    steps: int
    seconds: float


def run_trial(trial: Trial, images: Images, anchors: AnchorsConfig, recipe: Recipe) -> list[TrialRow]:
    """Trains a layer in a network, once per seed; what is compiled is compiled once.

    Args:
        trial: which layer, network, seeds and parts.
        images: to learn from and to score on.
        anchors: the width, depth and image size of the network, which need not be one of the anchors.
        recipe: how to train.

    Raises:
        ValueError: when the layer or a name is unknown, or the images do not fit.
    """
    program = anchor_program(decode(trial.layer), trial.network, images, anchors, recipe)
    return [_train(program, trial.parts, images, seed) for seed in trial.seeds]


def anchor_program(layer: Layer, network: str, images: Images, anchors: AnchorsConfig, recipe: Recipe) -> Program:
    """Returns the training of a layer in a network that fits the images.

    Args:
        layer: any valid layer.
        network: a name in :data:`evaluators.norm_act_layers.networks.NETWORKS`.
        images: the data set.
        anchors: the width, depth and image size.
        recipe: how to train.
    """
    return make_step(build(anchor_config(network, images, anchors), LayerFunctions.of(layer)), recipe)


def anchor_config(network: str, images: Images, anchors: AnchorsConfig) -> NetworkConfig:
    """Returns the configuration of a network that fits the images.

    Args:
        network: a name in :data:`evaluators.norm_act_layers.networks.NETWORKS`.
        images: the data set.
        anchors: the width, depth and image size.
    """
    size = anchors.image_size or images.size
    return NetworkConfig(network, anchors.width, anchors.depth, size, images.channels, images.num_classes)


def _train(program: Program, parts: tuple[str, ...], images: Images, seed: int) -> TrialRow:
    start = time.perf_counter()
    outcome = train(program, images, jax.random.key(seed), part=parts[0])
    accuracies, failure = {parts[0]: outcome.accuracy}, outcome.failure
    for name in parts[1:] if not failure else ():
        accuracies[name] = accuracy(program, outcome.training, images, images.part(name))
        if math.isnan(accuracies[name]):
            failure = f"a logit on the {name} part is not finite after {outcome.steps} steps"
    return TrialRow(seed, {} if failure else accuracies, failure, outcome.steps, time.perf_counter() - start)
