"""Batches of images: drawn without replacement, cropped and mirrored at random, normalised on the fly."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from evaluators.norm_act_layers.fit import check_fits
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.recipe import Recipe

SCORED_AT_ONCE = 250
"""Images per batch where nothing is learned."""


class Batch(NamedTuple):
    """Images as a network sees them, and their labels.

    Attributes:
        images: float32 of shape (batch, size, size, channels).
        labels: int32 of shape (batch,); -1 where a last batch has no further image.
    """

    images: jax.Array
    labels: jax.Array


def training_batches(images: Images, recipe: Recipe, size: int, key: jax.Array) -> Iterator[Batch]:
    """Yields batches for ever; each pass over the images has an order of its own and leaves out an incomplete batch.

    Args:
        images: of which the training part is drawn.
        recipe: batch size, padding and flips.
        size: height and width of the crops.
        key: of all draws.

    Raises:
        ValueError: when there are fewer images than a batch has, or the crops are larger than the padded images.
    """
    check_fits(images, recipe, size)
    pixels, labels = jnp.asarray(images.train.pixels), images.train.labels
    for epoch in count():
        epoch_key = jax.random.fold_in(key, epoch)
        order = np.asarray(jax.random.permutation(epoch_key, len(labels)))
        for start in range(0, len(labels) - recipe.batch_size + 1, recipe.batch_size):
            rows = order[start : start + recipe.batch_size]
            draw_key = jax.random.fold_in(epoch_key, start)
            crops = _random_crops(pixels, rows, draw_key, recipe.padding, size, recipe.flips)
            yield Batch(_normalised(crops, images.mean, images.std), jnp.asarray(labels[rows]))


def scored_batches(images: Images, part: Part, size: int) -> Iterator[Batch]:
    """Yields every image of a part once, cropped at its centre."""
    margin = (images.size - size) // 2
    window = slice(margin, margin + size)
    for start in range(0, len(part), SCORED_AT_ONCE):
        rows = np.arange(start, start + SCORED_AT_ONCE)
        labels = np.where(rows < len(part), part.labels[rows % len(part)], -1)
        centres = part.pixels[rows % len(part), window, window]
        yield Batch(_normalised(centres, images.mean, images.std), jnp.asarray(labels, jnp.int32))


@partial(jax.jit, static_argnames=("padding", "size", "flips"))
def _random_crops(
    pixels: jax.Array, rows: jax.Array, key: jax.Array, padding: int, size: int, flips: bool
) -> jax.Array:
    corner_key, flip_key = jax.random.split(key)
    room = pixels.shape[1] + 2 * padding - size
    corners = jax.random.randint(corner_key, (len(rows), 2), -padding, room - padding + 1)
    ys, xs = jnp.moveaxis(corners[..., None] + jnp.arange(size), 1, 0)
    if flips:
        mirrored = jax.random.bernoulli(flip_key, shape=(len(rows), 1))
        xs = jnp.where(mirrored, xs[:, ::-1], xs)
    crops = pixels[rows[:, None, None], ys[:, :, None], xs[:, None, :]]
    inside = [(at >= 0) & (at < pixels.shape[1]) for at in (ys, xs)]
    return jnp.where((inside[0][:, :, None] & inside[1][:, None, :])[..., None], crops, 0).astype(jnp.uint8)


@jax.jit
def _normalised(pixels: jax.Array, mean: jax.Array, std: jax.Array) -> jax.Array:
    return (jnp.asarray(pixels, jnp.float32) / 255 - mean) / std
