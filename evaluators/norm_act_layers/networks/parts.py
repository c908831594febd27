"""The parts that networks are made of: one description of a network both lists its parameters and runs it."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp

from evaluators.norm_act_layers import layer_function
from evaluators.norm_act_layers.networks import convolution
from search_spaces.norm_act_layers import Layer

Tree: TypeAlias = Mapping[str, Any]
"""Arrays by name, nested."""


class LayerFunctions(NamedTuple):
    """The layer that a network is built with, whatever engine runs it.

    Attributes:
        init: takes the number of channels; returns parameters and running values.
        apply: takes parameters, running values, x of shape (batch, ...space..., channels) and whether it is training;
            returns the output, of the shape of x, and the new running values.
    """

    init: Callable[[int], tuple[Tree, Tree]]
    apply: Callable[[Tree, Tree, jax.Array, bool], tuple[jax.Array, Tree]]

    @classmethod
    def of(cls, layer: Layer) -> LayerFunctions:
        """Returns the functions of a layer that is compiled with the network."""
        return cls(partial(layer_function.init, layer), partial(layer_function.apply, layer))


class Weight(NamedTuple):
    """An array of parameters before training: normally distributed about ``mean``."""

    shape: tuple[int, ...]
    std: float
    mean: float = 0.0


class Parts(ABC):
    """What the description of a network calls for its parts; names are unique within a network.

    Attributes:
        form: of the convolutions, a name in :data:`evaluators.norm_act_layers.networks.convolution.FORMS`.
    """

    def __init__(self, form: str) -> None:
        self.form = form

    @abstractmethod
    def weight(self, name: str, weight: Weight) -> jax.Array:
        """Returns an array of parameters."""

    @abstractmethod
    def layer(self, name: str, x: jax.Array) -> jax.Array:
        """Applies the normalization-activation layer."""

    def convolution(self, name: str, x: jax.Array, channels: int, size: int = 1, stride: int = 1) -> jax.Array:
        """Convolves all channels with all; He's initialisation, no bias."""
        shape = (size, size, x.shape[-1], channels)
        return convolution.dense(x, self.weight(name, he(shape)), stride, self.form)

    def depthwise(self, name: str, x: jax.Array, size: int, stride: int = 1) -> jax.Array:
        """Convolves each channel with a kernel of its own; He's initialisation, no bias."""
        shape = (size, size, 1, x.shape[-1])
        return convolution.depthwise(x, self.weight(name, he(shape)), stride, self.form)

    def affine(self, name: str, x: jax.Array) -> jax.Array:
        """Scales and shifts each channel: what stands where the original has a normalization without an activation.

        As in EvoNorm, whose layers without a nonlinearity are no more than this.
        """
        shape = x.shape[-1:]
        return x * self.weight(f"{name}.gamma", Weight(shape, 0, 1)) + self.weight(f"{name}.beta", Weight(shape, 0))

    def dense(self, name: str, x: jax.Array, features: int, std: float) -> jax.Array:
        """Multiplies by a matrix and adds a bias."""
        matrix = self.weight(f"{name}.kernel", Weight((x.shape[-1], features), std))
        return convolution.matrix_product(x, matrix, self.form) + self.weight(f"{name}.bias", Weight((features,), 0))


def he(shape: tuple[int, ...]) -> Weight:
    """Returns a kernel initialised after He et al. 2015: variance 2 over the numbers that one output sums."""
    return Weight(shape, math.sqrt(2 / math.prod(shape[:-1])))


class Listing(Parts):
    """Lists the parameters of a network while its description runs on shapes alone.

    Attributes:
        weights: in order of use.
        places: channels of the layer at each place, in order of use.
    """

    def __init__(self) -> None:
        super().__init__("library")
        self.weights: dict[str, Weight] = {}
        self.places: dict[str, int] = {}

    def weight(self, name: str, weight: Weight) -> jax.Array:
        """Lists an array of parameters and returns one of its shape."""
        assert name not in self.weights, name
        self.weights[name] = weight
        return jnp.zeros(weight.shape)

    def layer(self, name: str, x: jax.Array) -> jax.Array:
        """Lists a place and returns its input."""
        assert name not in self.places, name
        self.places[name] = x.shape[-1]
        return x


class Run(Parts):
    """Runs a network.

    Attributes:
        new_state: running values of the layer at each place, after the run.
    """

    def __init__(self, form: str, layer: LayerFunctions, parameters: Tree, state: Tree, train: bool) -> None:
        super().__init__(form)
        self.new_state: dict[str, Tree] = {}
        self._apply = layer.apply
        self._parameters = parameters
        self._state = state
        self._train = train

    def weight(self, name: str, weight: Weight) -> jax.Array:  # noqa: ARG002
        """Returns an array of parameters."""
        return jnp.asarray(self._parameters["weights"][name])

    def layer(self, name: str, x: jax.Array) -> jax.Array:
        """Applies the layer and keeps its running values."""
        y, self.new_state[name] = self._apply(self._parameters["layers"][name], self._state[name], x, self._train)
        return y
