"""The trainings of a candidate in their order, the same whatever engine makes them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import NamedTuple

import jax

from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig

_SMALL_BATCH_STEPS = 4
"""Steps of a training at a small batch, over those of the recipe."""


class Planned(NamedTuple):
    """One of the trainings.

    Attributes:
        metric: the name of the accuracy that is reached.
        network: a name in :data:`evaluators.norm_act_layers.networks.NETWORKS`.
        recipe: how it is trained.
    """

    metric: str
    network: str
    recipe: Recipe

    def key(self, key: int) -> jax.Array:
        """Returns the key of weights and batches.

        Args:
            key: of the evaluation.
        """
        digest = hashlib.blake2b(f"{key}/{self.network}".encode(), digest_size=4).digest()
        return jax.random.key(int.from_bytes(digest, "big"))


def plan(anchors: AnchorsConfig, recipe: Recipe) -> tuple[Planned, ...]:
    """Returns the trainings of a candidate; the first is that of the test of quality.

    Args:
        anchors: the networks, and whether another batch size counts.
        recipe: of the networks.
    """
    trainings = [Planned(f"accuracy_{network}", network, recipe) for network in anchors.networks]
    if anchors.small_batch:
        small = _small(recipe, anchors.small_batch)
        trainings.append(Planned(f"accuracy_batch_{anchors.small_batch}", anchors.networks[0], small))
    return tuple(trainings)


def _small(recipe: Recipe, batch_size: int) -> Recipe:
    rate = recipe.learning_rate * batch_size / recipe.batch_size
    return replace(recipe, batch_size=batch_size, learning_rate=rate, steps=recipe.steps * _SMALL_BATCH_STEPS)
