"""MobileNetV2 of Sandler et al. 2018 for small images.

As in its versions for CIFAR the stem and the second stage keep the size, both of stride 2 in the original. Each
normalization with its ReLU6 is the layer; the normalization of a linear bottleneck, which has none, is affine.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import jax

from evaluators.norm_act_layers.networks.parts import Parts

STEM_CHANNELS = 32
"""Of the original, to which the width of a network is relative."""

_HEAD_CHANNELS = 1280


class Stage(NamedTuple):
    """Blocks of one kind; ``stride`` is of the first, ``size`` of the depthwise kernels."""

    expansion: int
    channels: int
    repeats: int
    stride: int
    size: int = 3


_STAGES = (
    Stage(1, 16, 1, 1),
    Stage(6, 24, 2, 1),
    Stage(6, 32, 3, 2),
    Stage(6, 64, 4, 2),
    Stage(6, 96, 3, 1),
    Stage(6, 160, 3, 2),
    Stage(6, 320, 1, 1),
)


def mobilenet(parts: Parts, images: jax.Array, width: int, depth: float) -> jax.Array:
    """Describes the network up to its features.

    Args:
        parts: what to make it of.
        images: of shape (batch, height, width, channels).
        width: channels of the stem, 32 in the original.
        depth: factor of the blocks of each stage, of which there is at least one.

    Returns:
        of shape (batch, height / 8, width / 8, 40 * width).
    """
    return inverted_residuals(parts, images, _STAGES, width, depth, squeeze=False)


def inverted_residuals(
    parts: Parts, images: jax.Array, stages: tuple[Stage, ...], width: int, depth: float, squeeze: bool
) -> jax.Array:
    """Describes a network of inverted residual blocks between a stem and a last 1x1 convolution.

    Args:
        parts: what to make it of.
        images: of shape (batch, height, width, channels).
        stages: for a stem of :data:`STEM_CHANNELS` channels.
        width: channels of the stem.
        depth: factor of the blocks of each stage, of which there is at least one.
        squeeze: whether blocks have squeeze and excitation.
    """
    scale = width / STEM_CHANNELS
    x = parts.layer("stem.layer", parts.convolution("stem", images, width, size=3))
    for number, stage in enumerate(stages, 1):
        channels = divisible(stage.channels * scale)
        for block in range(math.ceil(depth * stage.repeats)):
            repeated = stage._replace(channels=channels, stride=1 if block else stage.stride)
            x = _block(parts, f"stage{number}.block{block}", x, repeated, squeeze)
    return parts.layer("head.layer", parts.convolution("head", x, divisible(_HEAD_CHANNELS * scale)))


def divisible(channels: float) -> int:
    """Rounds channels to a multiple of 8 that is at least 8 and at most a tenth smaller, as the original's code."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * channels else rounded + 8


def _block(parts: Parts, name: str, x: jax.Array, stage: Stage, squeeze: bool) -> jax.Array:
    y = x
    if stage.expansion > 1:
        y = parts.convolution(f"{name}.expand", y, x.shape[-1] * stage.expansion)
        y = parts.layer(f"{name}.layer1", y)
    y = parts.depthwise(f"{name}.spatial", y, stage.size, stage.stride)
    y = parts.layer(f"{name}.layer2", y)
    if squeeze:
        y = _excite(parts, f"{name}.squeeze", y, max(1, x.shape[-1] // 4))
    y = parts.affine(f"{name}.affine", parts.convolution(f"{name}.project", y, stage.channels))
    return x + y if x.shape == y.shape else y


def _excite(parts: Parts, name: str, x: jax.Array, channels: int) -> jax.Array:
    """Scales channels by a function of their means (Hu et al. 2018), within SiLU as in EfficientNet."""
    means = x.mean((1, 2))
    squeezed = jax.nn.silu(parts.dense(f"{name}.reduce", means, channels, math.sqrt(2 / x.shape[-1])))
    scales = jax.nn.sigmoid(parts.dense(f"{name}.expand", squeezed, x.shape[-1], math.sqrt(2 / channels)))
    return x * scales[:, None, None]
