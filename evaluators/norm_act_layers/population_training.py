"""Trains many candidate layers at once, in chunks that fit the memory of the device."""

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
from evaluators.norm_act_layers.descent import Training
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.interpreter import LayerCode, layer_code
from evaluators.norm_act_layers.population import Population, stacked_codes
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.training import CHECKED_EVERY, Outcome, check_classes, first_failure
from search_spaces.norm_act_layers.layer import Layer


class Member(NamedTuple):
    """What to train.

    Attributes:
        layer: any valid layer.
        key: of the initial weights and of all batches.
    """

    layer: Layer
    key: jax.Array


def train_population(
    population: Population,
    members: Sequence[Member],
    images: Images,
    *,
    part: str = "search",
    looks: Collection[int] = (),
    keep: Callable[[int, float], bool] | None = None,
    watch: Callable[[Sequence[float]], bool] | None = None,
    looked_at: Part | None = None,
    chunk: int = 64,
    on_halved: Callable[[int], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Trains candidates from a fresh start, each as :func:`evaluators.norm_act_layers.training.train` does.

    Where the device runs out of memory, the candidates at hand are begun again in chunks of half the size.

    Args:
        population: from :func:`evaluators.norm_act_layers.population.make_population`.
        members: what to train.
        images: to learn from and to score on.
        part: of the images to score on: ``search``, ``validation`` or ``test``.
        looks: numbers of steps after which to measure accuracies; the last step is always one.
        keep: takes the number of steps and an accuracy at each look; says whether that candidate is to go on.
        watch: takes the losses of a candidate's steps so far, every few steps; says whether it is to go on.
        looked_at: the images to score on at looks before the last step; those of the part unless given.
        chunk: candidates that are trained at a time, at most; fewer are filled up to a power of two, since every number
            of them is compiled.
        on_halved: takes the new number of candidates whenever it is halved.

    Yields:
        the outcomes in the order of the candidates, those of a chunk when all of it is trained.

    Raises:
        ValueError: when the images do not fit the network, a layer needs more than there is room for, or the device
            runs out of memory with a single candidate.
    """
    scored = images.part(part)
    check_classes(population.config, images)
    codes = [layer_code(member.layer, population.machine.capacity) for member in members]
    done, chunk = 0, chunk_size(len(members), chunk)
    while done < len(members):
        rows = slice(done, done + chunk)
        keys = [member.key for member in members[rows]]
        try:
            trained = _Chunk(population, codes[rows], keys, chunk)
            outcomes = trained.run(images, scored, looked_at or scored, looks, keep, watch)
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


def chunk_size(count: int, most: int) -> int:
    """Returns how many are trained at a time.

    Args:
        count: of all that there are.
        most: at a time, at most.
    """
    return min(most, 1 << (count - 1).bit_length())


class _Chunk:
    """Candidates that are trained at a time, the last of them repeated where there are fewer than were compiled for."""

    def __init__(
        self, population: Population, codes: Sequence[LayerCode], keys: Sequence[jax.Array], size: int
    ) -> None:
        self._population = population
        self._count, self._size = len(codes), size
        padded = [*codes, *[codes[-1]] * (size - len(codes))]
        pairs = [jax.random.split(key) for key in (*keys, *[keys[-1]] * (size - len(codes)))]
        starts = [population.start(code, init_key) for code, (init_key, _) in zip(padded, pairs, strict=True)]
        self._codes = jax.device_put(stacked_codes(padded))
        self._trainings: Training = _stacked(starts)
        self._draws = _Draws([draw_key for _, draw_key in pairs])
        self._accuracies: list[dict[int, float]] = [{} for _ in codes]
        self._losses: list[Any] = []
        self._outcomes: dict[int, Outcome] = {}

    def run(
        self,
        images: Images,
        scored: Part,
        looked_at: Part,
        looks: Collection[int],
        keep: Callable[[int, float], bool] | None,
        watch: Callable[[Sequence[float]], bool] | None,
    ) -> list[Outcome]:
        """Trains until the last step, or until no candidate is left."""
        config, recipe = self._population.config, self._population.recipe
        draws = self._draws.batches(images, recipe, config.image_size)
        for step, batches in enumerate(islice(draws, recipe.steps), 1):
            rate = recipe.rate(step - 1)
            self._trainings, losses = self._population.step(self._codes, self._trainings, batches, rate)
            self._losses.append(losses)
            looking = step in looks or step == recipe.steps
            if looking or step % CHECKED_EVERY == 0:
                self._check(step, watch)
            if looking and self._left():
                part = scored if step == recipe.steps else looked_at
                self._look(step, self._score(images, part), keep)
            if len(self._outcomes) == self._count:
                break
        for number in self._left():
            self._end(number, recipe.steps)
        return [self._outcomes[number] for number in range(self._count)]

    def _check(self, step: int, watch: Callable[[Sequence[float]], bool] | None) -> None:
        self._losses = [np.asarray(losses) for losses in self._losses]
        for number in self._left():
            losses = self._losses_of(number)
            failure = first_failure(losses)
            if failure or (watch is not None and not watch(losses)):
                self._end(number, step, failure)

    def _look(self, step: int, scores: NDArray[Any], keep: Callable[[int, float], bool] | None) -> None:
        for number in self._left():
            score = self._accuracies[number][step] = float(scores[number])
            if math.isnan(score):
                self._end(number, step, f"a logit at inference is not finite after {step} steps")
            elif keep is not None and not keep(step, score):
                self._end(number, step)

    def _score(self, images: Images, part: Part) -> NDArray[Any]:
        """Returns the shares of right answers by candidate, NaN where a logit is not finite."""
        num_right = np.zeros(self._size)
        for batch in scored_batches(images, part, self._population.config.image_size):
            logits = np.asarray(self._population.logits(self._codes, self._trainings, batch.images))
            right = (logits.argmax(2) == batch.labels).sum(1)
            num_right += np.where(np.isfinite(logits).all((1, 2)), right, math.nan)
        return num_right / len(part)

    def _left(self) -> list[int]:
        return [number for number in range(self._count) if number not in self._outcomes]

    def _end(self, number: int, step: int, failure: str = "") -> None:
        training: Training = jax.tree.map(lambda a: a[number], self._trainings)
        losses = tuple(self._losses_of(number))
        self._outcomes[number] = Outcome(self._accuracies[number], step, failure, training, losses)

    def _losses_of(self, number: int) -> list[float]:
        return [float(of_step[number]) for of_step in self._losses]


class _Draws:
    """The batches of all candidates, stacked; those of equal keys are drawn once."""

    def __init__(self, keys: Sequence[jax.Array]) -> None:
        names = [np.asarray(jax.random.key_data(key)).tobytes() for key in keys]
        self._keys = dict(zip(names, keys, strict=True))
        numbers = {name: number for number, name in enumerate(self._keys)}
        self._numbers = np.array([numbers[name] for name in names])

    def batches(self, images: Images, recipe: Recipe, size: int) -> Iterator[Batch]:
        """Yields batches for ever."""
        streams = [training_batches(images, recipe, size, key) for key in self._keys.values()]
        for drawn in zip(*streams, strict=True):
            yield jax.tree.map(lambda array: array[self._numbers], _stacked(drawn))


def _stacked(trees: Sequence[Any]) -> Any:
    return jax.tree.map(lambda *arrays: jnp.stack(arrays), *trees)
