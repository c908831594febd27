"""The pre-activation ResNet-50 of He et al. 2016 ("Identity mappings in deep residual networks") for small images.

As in its versions for CIFAR the stem is a 3x3 convolution of stride 1 without pooling. Every normalization with
its activation is the layer; there is no normalization without one.
"""

from __future__ import annotations

import math

import jax

from evaluators.norm_act_layers.networks.parts import Parts

_STAGES = ((1, 3, 1), (2, 4, 2), (4, 6, 2), (8, 3, 2))
"""Channels of the bottleneck over those of the stem, blocks and stride of each stage."""

_EXPANSION = 4


def resnet(parts: Parts, images: jax.Array, width: int, depth: float) -> jax.Array:
    """Describes the network up to its features.

    Args:
        parts: what to make it of.
        images: of shape (batch, height, width, channels).
        width: channels of the stem, 64 in the original.
        depth: factor of the blocks of each stage, of which there is at least one.

    Returns:
        of shape (batch, height / 8, width / 8, 32 * width).
    """
    x = parts.convolution("stem", images, width, size=3)
    for stage, (multiple, repeats, stage_stride) in enumerate(_STAGES, 1):
        for block in range(math.ceil(depth * repeats)):
            stride = 1 if block else stage_stride
            x = _bottleneck(parts, f"stage{stage}.block{block}", x, width * multiple, stride)
    return parts.layer("final", x)


def _bottleneck(parts: Parts, name: str, x: jax.Array, channels: int, stride: int) -> jax.Array:
    y = parts.layer(f"{name}.layer1", x)
    new_channels = _EXPANSION * channels
    same_shape = stride == 1 and x.shape[-1] == new_channels
    # A projection starts from the activations, as in the original's first block of a stage.
    shortcut = x if same_shape else parts.convolution(f"{name}.projection", y, new_channels, stride=stride)
    y = parts.convolution(f"{name}.reduce", y, channels)
    y = parts.layer(f"{name}.layer2", y)
    y = parts.convolution(f"{name}.spatial", y, channels, size=3, stride=stride)
    y = parts.layer(f"{name}.layer3", y)
    return parts.convolution(f"{name}.expand", y, new_channels) + shortcut
