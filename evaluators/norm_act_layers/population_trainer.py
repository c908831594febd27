"""Trains candidates in the anchors by populations, as many at a time as the device has room for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import jax

from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.interpreter import ANY_LAYER, Capacity, layer_code
from evaluators.norm_act_layers.plan import Planned
from evaluators.norm_act_layers.population import Population, make_population
from evaluators.norm_act_layers.population_training import Member, chunk_size, train_population
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from evaluators.norm_act_layers.training import Outcome
from evaluators.norm_act_layers.trial import anchor_config
from search_spaces.norm_act_layers.layer import Layer


class PopulationTrainer:
    """Makes populations, one per network and recipe, and trains candidates in them."""

    def __init__(self, images: Images, anchors: AnchorsConfig) -> None:
        """Keeps what networks must fit.

        Args:
            images: to learn from and to score on.
            anchors: the networks.
        """
        self._images, self._anchors = images, anchors
        self._population = lru_cache(None)(self._make_population)
        self._compiled: set[tuple[str, Recipe, int]] = set()
        self._most = sys.maxsize

    @property
    def room(self) -> int:
        """Candidates that are trained at a time at most; 0, for any number, until the device has run out of memory."""
        return self._most if self._most < sys.maxsize else 0

    def takes(self, layer: Layer) -> bool:
        """Tells whether the interpreter has room for a layer."""
        try:
            layer_code(layer, Capacity())
        except ValueError:
            return False
        return True

    def compile(self, training: Planned, count: int) -> None:
        """Has a training compiled by making one step of it, so that no candidate is charged for that.

        Args:
            training: in which network, and how.
            count: of the candidates that are going to be trained.
        """
        size = chunk_size(count, self._most)
        if (training.network, training.recipe, size) not in self._compiled:
            population = self._population(training.network, training.recipe)
            once = population._replace(recipe=replace(training.recipe, steps=1))
            self._train(once, [Member(ANY_LAYER, jax.random.key(0))] * size)
            self._compiled.add((training.network, training.recipe, chunk_size(size, self._most)))

    def train(self, layers: Sequence[Layer], training: Planned, key: jax.Array, **options: Any) -> list[Outcome]:
        """Trains layers from the same weights, with the same batches.

        Args:
            layers: that the interpreter takes.
            training: in which network, and how.
            key: of weights and batches.
            **options: as :func:`evaluators.norm_act_layers.population_training.train_population` takes them.

        Raises:
            ValueError: when the device runs out of memory with a single candidate.
        """
        population = self._population(training.network, training.recipe)
        return self._train(population, [Member(layer, key) for layer in layers], **options)

    def _train(self, population: Population, members: Sequence[Member], **options: Any) -> list[Outcome]:
        return list(
            train_population(population, members, self._images, chunk=self._most, on_halved=self._remember, **options)
        )

    def _remember(self, most: int) -> None:
        self._most = most

    def _make_population(self, network: str, recipe: Recipe) -> Population:
        return make_population(anchor_config(network, self._images, self._anchors), recipe)
