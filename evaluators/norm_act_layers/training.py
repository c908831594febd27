"""Trains a network with a layer, and scores it on images that it did not learn from."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

import jax
import numpy as np

from evaluators.norm_act_layers.batches import Batch, scored_batches, training_batches
from evaluators.norm_act_layers.compilation import compiler_options
from evaluators.norm_act_layers.descent import Layout, Training, update
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.networks import Network, NetworkConfig, Tree
from evaluators.norm_act_layers.recipe import Recipe

CHECKED_EVERY = 5
"""Steps between looks at the losses; each look waits for the device."""


class Program(NamedTuple):
    """The training of one network, compiled when first used and then good for any number of seeds.

    Attributes:
        network: what is trained.
        recipe: how.
        start: takes a key; returns a training that has not begun.
        step: takes a training, whose memory it takes over, a batch and the learning rate; returns the next training
            and the loss.
        logits: takes a training and images; returns logits, with the running values in use.
        model: takes a training; returns parameters and running values as the network's ``forward`` takes them.
    """

    network: Network
    recipe: Recipe
    start: Callable[[jax.Array], Training]
    step: Callable[[Training, Batch, float], tuple[Training, jax.Array]]
    logits: Callable[[Training, jax.Array], jax.Array]
    model: Callable[[Training], tuple[Tree, Tree]]


class Outcome(NamedTuple):
    """What became of a training.

    Attributes:
        accuracies: shares of right answers, 0 to 1, by the number of steps after which each was measured.
        steps: that were made.
        failure: what was not finite, and when; empty if all was.
        training: as it stands at the end.
        losses: of all steps, each before its step.
    """

    accuracies: Mapping[int, float]
    steps: int
    failure: str
    training: Training
    losses: tuple[float, ...] = ()

    @property
    def accuracy(self) -> float:
        """After the last step that was made, NaN where the training failed or ended before it was measured."""
        return math.nan if self.failure else self.accuracies.get(self.steps, math.nan)


def make_step(network: Network, recipe: Recipe) -> Program:
    """Returns the training of a network, its step compiled.

    Args:
        network: with any layer.
        recipe: momentum and weight decay are compiled in.
    """
    layout = Layout.of(*network.init(jax.random.key(0)))

    def logits(training: Training, images: jax.Array) -> jax.Array:
        return network.forward(*layout.model(training), images, False)[0]

    return Program(
        network,
        recipe,
        lambda key: layout.start(*network.init(key)),
        jax.jit(partial(update, network, layout, recipe), donate_argnums=0, compiler_options=compiler_options()),
        jax.jit(logits, compiler_options=compiler_options()),
        layout.model,
    )


def train(
    program: Program,
    images: Images,
    key: jax.Array,
    *,
    part: str = "search",
    looks: Collection[int] = (),
    keep: Callable[[int, float], bool] | None = None,
    watch: Callable[[Training, Sequence[float]], bool] | None = None,
) -> Outcome:
    """Trains a network from a fresh start, and measures its accuracy.

    Args:
        program: from :func:`make_step`.
        images: to learn from and to score on.
        key: of the initial weights and of all batches.
        part: of the images to score on: ``search``, ``validation`` or ``test``.
        looks: numbers of steps after which to measure the accuracy; the last step is always one.
        keep: takes the number of steps and the accuracy at each look; says whether to go on.
        watch: takes the training and the losses of all steps so far, every few steps; says whether to go on.

    Returns:
        the outcome; it is a failure as soon as a loss or a logit is not finite.

    Raises:
        ValueError: when the images do not fit the network, or are fewer than a batch has.
    """
    scored, recipe = images.part(part), program.recipe
    check_classes(program.network.config, images)
    init_key, draw_key = jax.random.split(key)
    training = program.start(init_key)
    accuracies: dict[int, float] = {}
    losses: list[float] = []
    awaited: list[jax.Array] = []
    failure = ""
    batches = training_batches(images, recipe, program.network.config.image_size, draw_key)
    for step, batch in enumerate(islice(batches, recipe.steps), 1):
        training, loss = program.step(training, batch, recipe.rate(step - 1))
        awaited.append(loss)
        looking = step in looks or step == recipe.steps
        if looking or step % CHECKED_EVERY == 0:
            losses += map(float, awaited)
            awaited.clear()
            failure = first_failure(losses)
            if failure or (watch is not None and not watch(training, losses)):
                break
        if looking:
            accuracies[step] = accuracy(program, training, images, scored)
            if math.isnan(accuracies[step]):
                failure = f"a logit at inference is not finite after {step} steps"
            if failure or (keep is not None and not keep(step, accuracies[step])):
                break
    return Outcome(accuracies, step, failure, training, tuple(losses))


def first_failure(losses: Sequence[float]) -> str:
    """Says which of the losses is the first that is not finite, empty if all are."""
    wrong = next((step for step, loss in enumerate(losses, 1) if not math.isfinite(loss)), 0)
    return f"the loss is {losses[wrong - 1]} before step {wrong}" if wrong else ""


def accuracy(program: Program, training: Training, images: Images, part: Part) -> float:
    """Returns the share of images whose class a network gets right, NaN if any of its logits is not finite.

    Args:
        program: of the training.
        training: at any step.
        images: whose normalisation is used.
        part: of the images, to score on.
    """
    num_right = 0
    for batch in scored_batches(images, part, program.network.config.image_size):
        logits = np.asarray(program.logits(training, batch.images))
        if not np.isfinite(logits).all():
            return math.nan
        num_right += int((logits.argmax(1) == batch.labels).sum())
    return num_right / len(part)


def check_classes(config: NetworkConfig, images: Images) -> None:
    """Checks that a network has the classes and the channels of images.

    Raises:
        ValueError: when it has not.
    """
    given = (images.num_classes, images.channels)
    for name, needed in (("num_classes", given[0]), ("channels", given[1])):
        if getattr(config, name) != needed:
            raise ValueError(
                f"the network has {name} = {getattr(config, name)}, the images {needed}; set {name} = {needed}"
            )
