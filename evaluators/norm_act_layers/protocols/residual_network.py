"""A narrow pre-activation residual network in NumPy, and its loss gradient, to train a layer without a compiler.

It has the places of a ResNet with one bottleneck block a stage (:mod:`evaluators.norm_act_layers.networks.resnet`); its
convolutions are matrix products, which keep the size of the images.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.protocols.adjoints import adjoints
from evaluators.norm_act_layers.protocols.averages import Values
from evaluators.norm_act_layers.protocols.probe import Probe, trace
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, X

Weights: TypeAlias = dict[str, Values]
"""Arrays by name; those of the layer have the name of its place before theirs."""

Back: TypeAlias = Callable[[Values], Values]
"""Takes the adjoint of what a part returned; returns that of its input, and keeps the slopes of its weights."""

_INNER = (8, 8, 16, 32)
"""Channels within the bottleneck of each stage: those of width 8, but for the last two stages, which cost the most."""

_EXPANSION = 4
_HEAD_STD = 0.01


class ResidualNetwork:
    """The network with a layer of live nodes."""

    def __init__(self, layer: Layer, num_inputs: int, num_classes: int) -> None:
        """Lays out the network.

        Args:
            layer: of live nodes.
            num_inputs: channels of the images.
            num_classes: logits.
        """
        self._layer = layer
        outer = [_INNER[0], *[_EXPANSION * inner for inner in _INNER]]
        self._matrices = {"stem": (num_inputs, outer[0]), "head": (outer[-1], num_classes)}
        self._places = {"final": outer[-1]}
        for i, (inner, (before, after)) in enumerate(zip(_INNER, pairwise(outer), strict=True)):
            shapes = {"reduce": (before, inner), "spatial": (inner, inner), "expand": (inner, after)}
            shapes |= {"projection": (before, after)} if before != after else {}
            self._matrices |= {f"{i}.{name}": shape for name, shape in shapes.items()}
            self._places |= {f"{i}.layer1": before, f"{i}.layer2": inner, f"{i}.layer3": inner}

    def init(self, rng: np.random.Generator) -> Weights:
        """Draws matrices after He et al. 2015; of trained leaves, the difference from the initial value is kept."""
        weights = {
            name: rng.standard_normal(shape) * (_HEAD_STD if name == "head" else math.sqrt(2 / shape[0]))
            for name, shape in self._matrices.items()
        }
        weights["bias"] = np.zeros(self._matrices["head"][1])
        for place, channels in self._places.items():
            if self._layer.affine:
                weights |= {f"{place}.gamma": np.ones(channels), f"{place}.beta": np.zeros(channels)}
            for number, leaf in enumerate(self._layer.leaves):
                if leaf.kind in TRAINABLE:
                    weights[f"{place}.{number}"] = np.zeros(channels if leaf.kind == "vector" else 1)
        return {name: weight.astype(np.float32) for name, weight in weights.items()}

    def gradient(self, weights: Weights, images: Values, labels: NDArray[np.int32]) -> tuple[float, Weights]:
        """Returns the mean cross entropy and its gradient.

        Args:
            weights: from :meth:`init`, or trained.
            images: of shape (1, batch, places, channels).
            labels: of shape (batch,).
        """
        run = _Run(self._layer, weights)
        x, back = run.product("stem", images)
        backs = [back]
        for stage in range(len(_INNER)):
            x, back = run.block(str(stage), x)
            backs.append(back)
        features, back = run.layer("final", x)
        backs.append(back)
        pooled = features.mean(2)[0]
        loss, slope = _cross_entropy(pooled @ weights["head"] + weights["bias"], labels)
        run.slopes |= {"head": pooled.T @ slope, "bias": slope.sum(0)}
        shared = (slope @ weights["head"].T)[None, :, None] / np.float32(features.shape[2])
        _through(backs, np.broadcast_to(shared, features.shape))
        return loss, run.slopes


class _Run:
    """One pass through the network; each part returns its output and its way back.

    Attributes:
        slopes: the gradient by the name of the weights, complete when all ways back are gone.
    """

    def __init__(self, layer: Layer, weights: Weights) -> None:
        self.slopes: Weights = {}
        self._layer, self._weights = layer, weights

    def product(self, name: str, x: Values) -> tuple[Values, Back]:
        """Multiplies the channels by a matrix."""
        matrix = self._weights[name]

        def back(adjoint: Values) -> Values:
            self.slopes[name] = _rows(x).T @ _rows(adjoint)
            of_x: Values = adjoint @ matrix.T
            return of_x

        return x @ matrix, back

    def block(self, name: str, x: Values) -> tuple[Values, Back]:
        """Runs a bottleneck and its shortcut, which starts from the activations where it is a projection."""
        active, of_first = self.layer(f"{name}.layer1", x)
        y, backs = active, []
        for step in ("reduce", "layer2", "spatial", "layer3", "expand"):
            y, back = (self.layer if step.startswith("layer") else self.product)(f"{name}.{step}", y)
            backs.append(back)
        if f"{name}.projection" not in self._weights:
            return x + y, lambda adjoint: adjoint + of_first(_through(backs, adjoint))
        shortcut, of_shortcut = self.product(f"{name}.projection", active)
        return shortcut + y, lambda adjoint: of_first(of_shortcut(adjoint) + _through(backs, adjoint))

    def layer(self, place: str, x: Values) -> tuple[Values, Back]:
        """Runs the layer at a place."""
        leaves = {
            number: (leaf.kind, self._weights[f"{place}.{number}"])
            for number, leaf in enumerate(self._layer.leaves)
            if leaf.kind in TRAINABLE
        }
        moves = {
            kind: tuple(move.reshape(1, 1, 1, -1) for its, move in leaves.values() if its == kind) for kind in TRAINABLE
        }
        values = trace(self._layer, Probe(x, MappingProxyType(moves)))
        y = np.broadcast_to(values[len(self._layer.nodes)], x.shape)

        def back(adjoint: Values) -> Values:
            if self._layer.affine:
                self.slopes |= {f"{place}.gamma": (adjoint * y).sum((0, 1, 2)), f"{place}.beta": adjoint.sum((0, 1, 2))}
                adjoint = adjoint * self._weights[f"{place}.gamma"]
            found = adjoints(self._layer, values, adjoint)
            for number, (_, move) in leaves.items():
                self.slopes[f"{place}.{number}"] = _summed(found.get(-1 - number), move)
            return np.broadcast_to(found.get(X, np.zeros((), x.dtype)), x.shape)

        if not self._layer.affine:
            return y, back
        return y * self._weights[f"{place}.gamma"] + self._weights[f"{place}.beta"], back


def _through(backs: list[Back], adjoint: Values) -> Values:
    for back in reversed(backs):
        adjoint = back(adjoint)
    return adjoint


def _summed(adjoint: Values | None, weight: Values) -> Values:
    """Returns the slope of a leaf, 0 where the output does not depend on it."""
    if adjoint is None:
        return np.zeros_like(weight)
    rows = _rows(adjoint)
    total: Values = rows.sum(0) if rows.shape[1] == len(weight) else np.resize(rows.sum() / len(weight), len(weight))
    return total


def _rows(values: Values) -> Values:
    return values.reshape(-1, values.shape[-1])


def _cross_entropy(logits: Values, labels: NDArray[Any]) -> tuple[float, Values]:
    """Returns the mean, and its slope by each logit."""
    rows = np.arange(len(labels))
    shifted = logits - logits.max(1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    slope = np.exp(logarithms)
    slope[rows, labels] -= 1
    return -float(logarithms[rows, labels].mean()), slope / np.float32(len(labels))
