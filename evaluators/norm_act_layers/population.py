"""Trains many candidate layers at once: the way on a GPU, where a single small network leaves most of the device idle.

One step of the interpreter is mapped over the candidates of a chunk, each with weights, batches and running values of
its own, so that the outcome of a candidate is the one it would have alone. On a CPU this is slower than one candidate
after the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.batches import Batch, scored_batches, training_batches
from evaluators.norm_act_layers.compilation import compiler_options
from evaluators.norm_act_layers.descent import Layout, Training, update
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.interpreter import Capacity, LayerCode, Machine, layer_code
from evaluators.norm_act_layers.interpreter.code import Code
from evaluators.norm_act_layers.interpreter.program import coded_layout, coded_network
from evaluators.norm_act_layers.networks import NetworkConfig
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.training import CHECKED_EVERY, Outcome, check_classes
from search_spaces.norm_act_layers.layer import Layer

_FORM = "products"
"""Of the convolutions: the library's become grouped ones, which are slow, when they are mapped over kernels."""


class Candidate(NamedTuple):
    """What to train.

    Attributes:
        layer: any valid layer.
        key: of the initial weights and of all batches.
    """

    layer: Layer
    key: jax.Array


class Population(NamedTuple):
    """The training of a network with many layers at once, compiled once per number of them.

    Attributes:
        config: which network.
        recipe: how it is trained.
        machine: what runs the layers.
        layout: of the parameters.
        step: takes codes, trainings, whose memory it takes over, and batches, all stacked, and the learning rate;
            returns the next trainings and the losses.
        logits: takes codes and trainings, stacked, and images; returns logits by candidate.
    """

    config: NetworkConfig
    recipe: Recipe
    machine: Machine
    layout: Layout
    step: Callable[[LayerCode, Training, Batch, float], tuple[Training, jax.Array]]
    logits: Callable[[LayerCode, Training, jax.Array], jax.Array]


def make_population(config: NetworkConfig, recipe: Recipe, capacity: Capacity | None = None) -> Population:
    """Returns the training of a network with many layers at once.

    Args:
        config: which network.
        recipe: how it is trained.
        capacity: of the layers' code; the default has room for all layers of the search spaces.
    """
    machine = Machine(capacity or Capacity(), lanes=0)
    layout = coded_layout(config, machine)

    def step(code: LayerCode, training: Training, batch: Batch, rate: Any) -> tuple[Training, jax.Array]:
        return update(coded_network(config, machine, _FORM, code), layout, recipe, training, batch, rate)

    def logits(code: LayerCode, training: Training, images: jax.Array) -> jax.Array:
        return coded_network(config, machine, _FORM, code).forward(*layout.model(training), images, False)[0]

    steps = jax.vmap(step, (_mapped_axes(), 0, 0, None))
    all_logits = jax.vmap(logits, (_mapped_axes(), 0, None))
    return Population(
        config,
        recipe,
        machine,
        layout,
        jax.jit(steps, donate_argnums=1, compiler_options=compiler_options()),
        jax.jit(all_logits, compiler_options=compiler_options()),
    )


def train_population(
    population: Population,
    candidates: Sequence[Candidate],
    images: Images,
    *,
    part: str = "search",
    looks: Collection[int] = (),
    keep: Callable[[int, float], bool] | None = None,
    chunk: int = 64,
    on_halved: Callable[[int], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Trains candidates from a fresh start, each as :func:`evaluators.norm_act_layers.training.train` does.

    Where the device runs out of memory, the candidates at hand are begun again in chunks of half the size.

    Args:
        population: from :func:`make_population`.
        candidates: what to train.
        images: to learn from and to score on.
        part: of the images to score on: ``search``, ``validation`` or ``test``.
        looks: numbers of steps after which to measure accuracies; the last step is always one.
        keep: takes the number of steps and an accuracy at each look; says whether that candidate is to go on.
        chunk: candidates that are trained at a time.
        on_halved: takes the new number of candidates whenever it is halved.

    Yields:
        the outcomes in the order of the candidates, those of a chunk when all of it is trained.

    Raises:
        ValueError: when the images do not fit the network, a layer needs more than there is room for, or the device
            runs out of memory with a single candidate.
    """
    scored = images.part(part)
    check_classes(population.config, images)
    codes = [layer_code(candidate.layer, population.machine.capacity) for candidate in candidates]
    done, chunk = 0, min(chunk, len(candidates))
    while done < len(candidates):
        rows = slice(done, done + chunk)
        keys = [candidate.key for candidate in candidates[rows]]
        try:
            outcomes = _Chunk(population, codes[rows], keys, chunk).run(images, scored, looks, keep)
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error):
                raise
            if chunk == 1:
                raise ValueError(
                    "the device runs out of memory while it trains a single candidate; lower batch_size or width"
                ) from error
            chunk //= 2
            on_halved(chunk)
        else:
            yield from outcomes
            done += chunk


class _Chunk:
    """Candidates that are trained at a time, the last of them repeated where there are fewer than were compiled for."""

    def __init__(
        self, population: Population, codes: Sequence[LayerCode], keys: Sequence[jax.Array], size: int
    ) -> None:
        self._population = population
        self._count = len(codes)
        padded = [*codes, *[codes[-1]] * (size - len(codes))]
        pairs = [jax.random.split(key) for key in (*keys, *[keys[-1]] * (size - len(codes)))]
        starts = [self._start(code, init_key) for code, (init_key, _) in zip(padded, pairs, strict=True)]
        self._codes = jax.device_put(_stacked_codes(padded))
        self._trainings: Training = _stacked(starts)
        self._draw_keys = [draw_key for _, draw_key in pairs]
        self._accuracies: list[dict[int, float]] = [{} for _ in codes]
        self._outcomes: dict[int, Outcome] = {}

    def run(
        self, images: Images, scored: Part, looks: Collection[int], keep: Callable[[int, float], bool] | None
    ) -> list[Outcome]:
        """Trains until the last step, or until no candidate is left."""
        config, recipe = self._population.config, self._population.recipe
        streams = [training_batches(images, recipe, config.image_size, key) for key in self._draw_keys]
        for step, batches in enumerate(islice(zip(*streams, strict=True), recipe.steps), 1):
            rate = recipe.rate(step - 1)
            self._trainings, losses = self._population.step(self._codes, self._trainings, _stacked(batches), rate)
            looking = step in looks or step == recipe.steps
            if looking or step % CHECKED_EVERY == 0:
                self._check(step, np.asarray(losses))
            if looking:
                self._look(step, self._score(images, scored), keep)
            if len(self._outcomes) == self._count:
                break
        for number in self._left():
            self._end(number, recipe.steps)
        return [self._outcomes[number] for number in range(self._count)]

    def _start(self, code: LayerCode, key: jax.Array) -> Training:
        network = coded_network(self._population.config, self._population.machine, _FORM, code)
        return self._population.layout.start(*network.init(key))

    def _check(self, step: int, losses: NDArray[Any]) -> None:
        for number in self._left():
            if not math.isfinite(losses[number]):
                self._end(number, step, f"the loss is {float(losses[number])} after {step} steps")

    def _look(self, step: int, scores: NDArray[Any], keep: Callable[[int, float], bool] | None) -> None:
        for number in self._left():
            score = self._accuracies[number][step] = float(scores[number])
            if math.isnan(score):
                self._end(number, step, f"a logit at inference is not finite after {step} steps")
            elif keep is not None and not keep(step, score):
                self._end(number, step)

    def _score(self, images: Images, part: Part) -> NDArray[Any]:
        """Returns the shares of right answers by candidate, NaN where a logit is not finite."""
        num_right = np.zeros(len(self._draw_keys))
        for batch in scored_batches(images, part, self._population.config.image_size):
            logits = np.asarray(self._population.logits(self._codes, self._trainings, batch.images))
            right = (logits.argmax(2) == batch.labels).sum(1)
            num_right += np.where(np.isfinite(logits).all((1, 2)), right, math.nan)
        return num_right / len(part)

    def _left(self) -> list[int]:
        return [number for number in range(self._count) if number not in self._outcomes]

    def _end(self, number: int, step: int, failure: str = "") -> None:
        training: Training = jax.tree.map(lambda a: a[number], self._trainings)
        self._outcomes[number] = Outcome(self._accuracies[number], step, failure, training)


def _mapped_axes() -> LayerCode:
    code = Code(rows=0, runs=0, sections=0, num_rows=None, num_sections=0, vectors=0)
    return LayerCode(code, code, code, code, scalars=0, vectors=0, constants=0, kinds=0, statistics=0)


def _stacked_codes(codes: Sequence[LayerCode]) -> LayerCode:
    """Stacks codes; all of them run as many rows as the longest."""

    def stack(axis: int | None, *arrays: NDArray[Any]) -> Any:
        return np.max(arrays) if axis is None else np.stack(arrays)

    stacked: LayerCode = jax.tree.map(stack, _mapped_axes(), *codes, is_leaf=lambda axis: axis is None)
    return stacked


def _stacked(trees: Sequence[Any]) -> Any:
    return jax.tree.map(lambda *arrays: jnp.stack(arrays), *trees)
