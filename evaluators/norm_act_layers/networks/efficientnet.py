"""EfficientNet-B0 of Tan and Le 2019 for small images.

As in MobileNetV2 here, the stem and the second stage keep the size. Each normalization with its SiLU is the layer, the
normalization of a linear bottleneck is affine. The original's dropout and stochastic depth, which serve long
training, are left out.
"""

from __future__ import annotations

import jax

from evaluators.norm_act_layers.networks.mobilenet import Stage, inverted_residuals
from evaluators.norm_act_layers.networks.parts import Parts

_STAGES = (
    Stage(1, 16, 1, 1, 3),
    Stage(6, 24, 2, 1, 3),
    Stage(6, 40, 2, 2, 5),
    Stage(6, 80, 3, 2, 3),
    Stage(6, 112, 3, 1, 5),
    Stage(6, 192, 4, 2, 5),
    Stage(6, 320, 1, 1, 3),
)


def efficientnet(parts: Parts, images: jax.Array, width: int, depth: float) -> jax.Array:
    """Describes the network up to its features.

    Args:
        parts: what to make it of.
        images: of shape (batch, height, width, channels).
        width: channels of the stem, 32 in the original.
        depth: factor of the blocks of each stage, of which there is at least one.

    Returns:
        of shape (batch, height / 8, width / 8, 40 * width).
    """
    return inverted_residuals(parts, images, _STAGES, width, depth, squeeze=True)
