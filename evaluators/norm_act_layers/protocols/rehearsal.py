"""The protocol ``rehearsal``: a small residual network in NumPy learns the images a little, or at least stays finite.

It takes some tenths of a second, where the compiler alone would take seconds for each layer that becomes NaN at the
third step. On random layers that passed the protocols before, it tells most of what diverges in the first network,
and much of what never learns, although it sees patches of the images rather than the images.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.protocols.averages import Values
from evaluators.norm_act_layers.protocols.quality import WINDOW
from evaluators.norm_act_layers.protocols.residual_network import ResidualNetwork, Weights
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import QualityConfig
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.layer import Layer

_HOPELESS = 100.0
"""A mean loss, over that of guessing, from which no training returns."""

_BATCH = 32
_GRID = 4
"""Patches of an image along an axis, whose pixels are the channels that the network sees."""


class Rehearsal:
    """Trains a layer in a small network, always from the same weights and with the same batches.

    Attributes:
        name: of the protocol.
    """

    name = "rehearsal"

    def __init__(self, images: Images, recipe: Recipe, config: QualityConfig) -> None:
        """Draws the batches.

        Args:
            images: to learn from.
            recipe: learning rate and momentum.
            config: how many steps, and the bounds.
        """
        rng = np.random.default_rng(0)
        rows = rng.integers(len(images.train), size=(config.rehearsal_steps, _BATCH))
        self._images = _patches(images, rows)
        self._labels = images.train.labels[rows]
        self._num_classes = images.num_classes
        self._recipe = recipe
        self._bounds = {int(step): bound for step, bound in config.max_rehearsal_losses if step <= len(rows)}
        self._last_bound = min(self._bounds.values(), default=math.inf)

    def figure(self, layer: Layer) -> float:
        """Returns the mean of the last ten losses over that of guessing, infinite where one is not finite.

        The training ends where it fails a bound; bounds fall, so its figure then fails the last one too.
        """
        network = ResidualNetwork(canonical(layer), self._images.shape[-1], self._num_classes)
        weights = network.init(np.random.default_rng(0))
        velocity = {name: np.zeros_like(weight) for name, weight in weights.items()}
        losses: list[float] = []
        with np.errstate(all="ignore"):
            for images, labels in zip(self._images, self._labels, strict=True):
                loss, slopes = network.gradient(weights, images, labels)
                losses.append(loss)
                if not self._mean(losses) <= self._bounds.get(len(losses), _HOPELESS):
                    break
                self._descend(weights, velocity, slopes)
        return self._mean(losses)

    def passes(self, figure: float) -> bool:
        """Tells whether a figure is within the bound of the last step; NaN never is."""
        return figure <= self._last_bound and math.isfinite(figure)

    def _mean(self, losses: Sequence[float]) -> float:
        last = losses[-WINDOW:]
        mean = sum(last) / len(last) / math.log(self._num_classes)
        return mean if math.isfinite(mean) else math.inf

    def _descend(self, weights: Weights, velocity: Weights, slopes: Weights) -> None:
        momentum, rate = np.float32(self._recipe.momentum), np.float32(self._recipe.learning_rate)
        for name, slope in slopes.items():
            velocity[name] = momentum * velocity[name] + slope
            weights[name] = weights[name] - rate * (slope + momentum * velocity[name])


def _patches(images: Images, rows: NDArray[np.int64]) -> Values:
    """Returns normalised images as their patches, of shape (..., 1, batch, patches, pixels of a patch)."""
    along = min(_GRID, images.size)
    size = images.size // along
    pixels = (images.train.pixels[rows.ravel(), : along * size, : along * size] / 255 - images.mean) / images.std
    split = pixels.reshape(-1, along, size, along, size, images.channels).transpose(0, 1, 3, 2, 4, 5)
    shape = (len(rows), 1, rows.shape[1], along * along, size * size * images.channels)
    return split.reshape(shape).astype(np.float32)
