"""The anchor networks: built from one configuration and a layer, as a pair of pure functions.

A candidate layer is trained in all of them, since one that suits a single architecture need not suit another (Liu et
al. 2020, section 4.3). Their widths are the channels of the stem: EvoNorm's anchors, 0.25x ResNet-50, 0.5x
MobileNetV2 and 0.5x EfficientNet-B0, all have 16.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from evaluators.norm_act_layers.networks import convolution
from evaluators.norm_act_layers.networks.efficientnet import efficientnet
from evaluators.norm_act_layers.networks.mobilenet import mobilenet
from evaluators.norm_act_layers.networks.parts import LayerFunctions, Listing, Parts, Run, Tree, Weight
from evaluators.norm_act_layers.networks.resnet import resnet
from evaluators.norm_act_layers.networks.vit import vit

Description: TypeAlias = Callable[[Parts, jax.Array, int, float], jax.Array]
"""Takes parts, images, width and depth; returns features of shape (batch, ...space..., channels)."""

NETWORKS: Mapping[str, Description] = MappingProxyType(
    {"resnet": resnet, "mobilenet": mobilenet, "efficientnet": efficientnet, "vit": vit}
)
"""Every network by its name."""

_HEAD_STD = 0.01


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Which network, and how large.

    Attributes:
        name: a name in :data:`NETWORKS`.
        width: channels of the stem; all others are in proportion.
        depth: factor of the number of blocks of each stage, of which there is at least one.
        image_size: height and width of the images.
        channels: of the images.
        num_classes: logits.
    """

    name: str = "resnet"
    width: int = 16
    depth: float = 1.0
    image_size: int = 24
    channels: int = 3
    num_classes: int = 10

    def __post_init__(self) -> None:
        if self.name not in NETWORKS:
            raise ValueError(f"network {self.name!r} is unknown; use one of: {', '.join(NETWORKS)}")
        if not 0 < self.depth <= 100:
            raise ValueError(f"depth must be above 0 and at most 100, not {self.depth}")
        for name, least in {"width": 1, "image_size": 1, "channels": 1, "num_classes": 2}.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")


class Network(NamedTuple):
    """A network as pure functions, for ``jit``, ``grad`` and ``vmap``.

    Attributes:
        config: which network.
        init: takes a key; returns parameters and running values.
        forward: takes parameters, running values, images of shape (batch, size, size, channels) and whether it is
            training; returns logits of shape (batch, num_classes) and the new running values.
    """

    config: NetworkConfig
    init: Callable[[jax.Array], tuple[Tree, Tree]]
    forward: Callable[[Tree, Tree, jax.Array, bool], tuple[jax.Array, Tree]]


def build(config: NetworkConfig, layer: LayerFunctions, form: str = "") -> Network:
    """Builds a network.

    Args:
        config: which.
        layer: stands wherever the original has a normalization and an activation.
        form: of the convolutions, a name in :data:`evaluators.norm_act_layers.networks.convolution.FORMS`; empty for
            what is fast where JAX runs.

    Raises:
        ValueError: when there is no such form.
    """
    form = form or convolution.default_form()
    if form not in convolution.FORMS:
        raise ValueError(f"form of convolutions {form!r} is unknown; use one of: {', '.join(convolution.FORMS)}")

    def forward(parameters: Tree, state: Tree, images: jax.Array, train: bool) -> tuple[jax.Array, Tree]:
        run = Run(form, layer, parameters, state, train)
        return _describe(run, images, config), run.new_state

    return Network(config, partial(_init, config, layer), forward)


def listing(config: NetworkConfig) -> Listing:
    """Lists the weights of a network, and the places of its layer, without running it."""
    parts = Listing()
    images = jnp.zeros((1, config.image_size, config.image_size, config.channels))
    jax.eval_shape(lambda x: _describe(parts, x, config), images)
    return parts


def _describe(parts: Parts, images: jax.Array, config: NetworkConfig) -> jax.Array:
    features = NETWORKS[config.name](parts, images, config.width, config.depth)
    pooled = features.mean(tuple(range(1, features.ndim - 1)))
    return parts.dense("classifier", pooled, config.num_classes, _HEAD_STD)


def _init(config: NetworkConfig, layer: LayerFunctions, key: jax.Array) -> tuple[Tree, Tree]:
    parts = listing(config)
    places = {name: layer.init(channels) for name, channels in parts.places.items()}
    weights = _draw(key, parts.weights)
    return (
        {"weights": weights, "layers": {name: parameters for name, (parameters, _) in places.items()}},
        {name: state for name, (_, state) in places.items()},
    )


def _draw(key: jax.Array, weights: Mapping[str, Weight]) -> dict[str, jax.Array]:
    """Draws all weights as one vector, so that one small program is compiled rather than one per shape."""
    ends = np.cumsum([np.prod(weight.shape, dtype=int) for weight in weights.values()])
    draws = jax.random.normal(key, (int(ends[-1]),))
    xp = jnp if isinstance(draws, jax.core.Tracer) else np
    parts = xp.split(xp.asarray(draws), ends[:-1])
    return {
        name: jnp.asarray(weight.mean + weight.std * part.reshape(weight.shape), jnp.float32)
        for (name, weight), part in zip(weights.items(), parts, strict=True)
    }
