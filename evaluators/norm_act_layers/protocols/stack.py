"""A small network in NumPy: the layer behind random matrices, several times in a row, and its loss gradient.

Nothing is compiled, so a gradient costs some milliseconds, where a compiler would take seconds to start with. Matrices
stand for convolutions: as at initialisation, each makes new channels of all before it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from evaluators.norm_act_layers.protocols.adjoints import adjoints
from evaluators.norm_act_layers.protocols.averages import Values
from evaluators.norm_act_layers.protocols.probe import Probe, make_probe, trace
from search_spaces.norm_act_layers.layer import Layer, Reference, X

_SAMPLES, _PLACES, _CHANNELS = 8, 4, 8


class Gradient(NamedTuple):
    """What a backward pass leaves.

    Attributes:
        of_matrices: the gradient of the loss by each matrix.
        of_inputs: by what each layer takes.
    """

    of_matrices: tuple[Values, ...]
    of_inputs: tuple[Values, ...]


class Stack:
    """A network of as many layers as it has matrices, but for the last matrix, which makes logits.

    Everything is held in double precision, so that differences of gradients are exact enough to follow.

    Attributes:
        matrices: at initialisation, after He et al. 2015.
        images: of shape (1, samples, places, channels).
        labels: of shape (samples,).
    """

    def __init__(self, depth: int, num_classes: int = 4, seed: int = 0) -> None:
        """Draws matrices, images and labels.

        Args:
            depth: layers in a row.
            num_classes: logits.
            seed: of all draws.
        """
        rng = np.random.default_rng(seed)
        self.images = rng.standard_normal((1, _SAMPLES, _PLACES, _CHANNELS))
        self.labels = np.arange(_SAMPLES) % num_classes
        self._right = np.eye(num_classes)[self.labels]
        self._moves = make_probe(self.images, np.zeros(1)).moves
        he = math.sqrt(2 / _CHANNELS)
        widths = [_CHANNELS] * depth + [num_classes]
        self.matrices = tuple(he * rng.standard_normal((_CHANNELS, width)) for width in widths)

    def gradient(self, layer: Layer, matrices: Sequence[Values]) -> Gradient:
        """Returns the gradient of the mean cross entropy.

        Args:
            layer: of live nodes; gamma is 1 and beta is 0.
            matrices: of the shapes of those at initialisation.
        """
        features, traces = [self.images], []
        for matrix in matrices[:-1]:
            traces.append(trace(layer, Probe(features[-1] @ matrix, self._moves)))
            features.append(np.broadcast_to(traces[-1][len(layer.nodes)], self.images.shape))
        pooled = features[-1].mean(2)[0]
        slope = (_softmax(pooled @ matrices[-1]) - self._right) / _SAMPLES
        of_matrices, of_inputs = [pooled.T @ slope], []
        adjoint = np.broadcast_to((slope @ matrices[-1].T)[None, :, None] / _PLACES, self.images.shape)
        for matrix, feature, values in zip(matrices[-2::-1], features[-2::-1], traces[::-1], strict=True):
            of_z = _of_input(layer, values, adjoint)
            of_inputs.append(of_z)
            of_matrices.append(feature.reshape(-1, _CHANNELS).T @ of_z.reshape(-1, _CHANNELS))
            adjoint = of_z @ matrix.T
        return Gradient(tuple(of_matrices[::-1]), tuple(of_inputs[::-1]))


def _of_input(layer: Layer, values: dict[Reference, Values], of_output: Values) -> Values:
    found = adjoints(layer, values, of_output).get(X)
    return np.zeros_like(of_output) if found is None else np.broadcast_to(found, of_output.shape)


def _softmax(logits: Values) -> Values:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    shares: Values = powers / powers.sum(1, keepdims=True)
    return shares
