"""A network like the vision transformer of Dosovitskiy et al. 2021, for layers on tokens.

The original has normalizations without activations and activations without normalizations. Here the layer stands for
either: before attention, before the multilayer perceptron and within it. The class is read from the mean of the
patches rather than from a token of its own.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from evaluators.norm_act_layers.networks.parts import Parts, Weight

_DIMENSION = 6
"""Channels of a token over the width: 192, as in ViT-Ti, at 32."""

_BLOCKS = 12
_HEADS = 3
_EXPANSION = 4
_LARGEST_PATCH, _FEWEST_PATCHES = 4, 4
"""Pixels of a patch and patches of an image, along an axis."""


def vit(parts: Parts, images: jax.Array, width: int, depth: float) -> jax.Array:
    """Describes the network up to its features.

    Args:
        parts: what to make it of.
        images: of shape (batch, height, width, channels), square.
        width: a sixth of the channels of a token.
        depth: factor of the 12 blocks, of which there is at least one.

    Returns:
        of shape (batch, tokens, 6 * width).
    """
    tokens = _patches(images)
    dimension = _DIMENSION * width
    x = parts.dense("patches", tokens, dimension, 1 / math.sqrt(tokens.shape[-1]))
    x = x + parts.weight("positions", Weight((tokens.shape[1], dimension), 1))
    for block in range(math.ceil(depth * _BLOCKS)):
        x = x + _attention(parts, f"block{block}.attention", parts.layer(f"block{block}.layer1", x))
        x = x + _perceptron(parts, f"block{block}.perceptron", parts.layer(f"block{block}.layer2", x))
    return parts.layer("final", x)


def patch_size(image_size: int) -> int:
    """Returns the greatest size up to 4 that divides the image into at least 4 by 4 patches, 1 if none does."""
    largest = min(_LARGEST_PATCH, image_size // _FEWEST_PATCHES)
    return next((size for size in range(largest, 1, -1) if image_size % size == 0), 1)


def _patches(images: jax.Array) -> jax.Array:
    batch, height, _, channels = images.shape
    size = patch_size(height)
    along = height // size
    split = images.reshape(batch, along, size, along, size, channels)
    return split.transpose(0, 1, 3, 2, 4, 5).reshape(batch, along * along, size * size * channels)


def _attention(parts: Parts, name: str, x: jax.Array) -> jax.Array:
    batch, num_tokens, dimension = x.shape
    std = 1 / math.sqrt(dimension)
    joint = parts.dense(f"{name}.in", x, 3 * dimension, std)
    query, key, value = jnp.moveaxis(joint.reshape(batch, num_tokens, 3, _HEADS, dimension // _HEADS), 2, 0)
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) / math.sqrt(dimension // _HEADS)
    mixed = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores), value)
    return parts.dense(f"{name}.out", mixed.reshape(x.shape), dimension, std)


def _perceptron(parts: Parts, name: str, x: jax.Array) -> jax.Array:
    dimension = x.shape[-1]
    hidden = parts.dense(f"{name}.in", x, _EXPANSION * dimension, math.sqrt(1 / dimension))
    hidden = parts.layer(f"{name}.layer", hidden)
    return parts.dense(f"{name}.out", hidden, dimension, math.sqrt(1 / hidden.shape[-1]))
