"""Runs of a whole layer, moments and all, on one random tensor."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.protocols.probe import make_probe, trace
from search_spaces.norm_act_layers.layer import Layer, Leaf

Inputs: TypeAlias = NDArray[np.float64]
"""Of shape (samples, places, channels)."""


def run(layer: Layer, inputs: Inputs, leaves: tuple[float, ...] | None = None) -> Inputs:
    """Returns the output in training, without gamma and beta.

    Args:
        layer: in canonical form.
        inputs: the tensor.
        leaves: values instead of the initial ones.
    """
    if leaves is not None:
        layer = Layer(layer.nodes, tuple(Leaf("constant", value) for value in leaves), layer.affine)
    with np.errstate(all="ignore"):
        output = trace(layer, make_probe(inputs[None], np.zeros(1)))[len(layer.nodes)]
    whole: Inputs = np.broadcast_to(output, (1, *inputs.shape))[0]
    return whole


def random_tensor(rng: np.random.Generator, samples: int, places: int, channels: int) -> Inputs:
    """Returns a tensor whose samples and channels have means and scales of their own, as those in a network have."""
    x: Inputs = rng.standard_normal((samples, places, channels))
    for shape in ((samples, 1, 1), (1, 1, channels)):
        x = x * np.exp(0.3 * rng.standard_normal(shape)) + 0.3 * rng.standard_normal(shape)
    return x
