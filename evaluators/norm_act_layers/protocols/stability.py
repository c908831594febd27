"""The protocol ``stability``: no weights near the initial ones make the loss gradient explode.

As in EvoNorm (Liu et al. 2020, section 4.4) the weights climb the norm of the loss gradient for up to 100 steps, and a
layer is turned away whose gradient then exceeds 1e8. The paper climbs in its anchor networks; here it is a stack of
layers in NumPy, and the slope of the norm is a difference of two gradients along the gradient, since
d/dw |g|^2 / 2 = H g. A step is a fixed share of the initial weights, whatever the slope.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from evaluators.norm_act_layers.protocols.averages import Values
from evaluators.norm_act_layers.protocols.stack import Stack
from evaluators.norm_act_layers.settings import StabilityConfig
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.layer import Layer

_DEPTH = 4
"""Layers of the stack."""

_STEP, _DIFFERENCE = 0.05, 1e-5
"""Lengths of a step and of the difference, relative to the initial weights."""


class Stability:
    """Climbs the norm of the loss gradient of a small network.

    Attributes:
        name: of the protocol.
    """

    name = "stability"

    def __init__(self, config: StabilityConfig) -> None:
        """Draws the network.

        Args:
            config: how many steps, and the bound.
        """
        self._stack = Stack(_DEPTH)
        self._length = _norm(self._stack.matrices)
        self._config = config

    def figure(self, layer: Layer) -> float:
        """Returns the greatest norm reached; the climb ends when it is above the bound, infinite if not finite."""
        graph, greatest = canonical(layer), 0.0
        weights: Sequence[Values] = self._stack.matrices
        with np.errstate(all="ignore"):
            for _ in range(self._config.steps):
                slope = self._stack.gradient(graph, weights).of_matrices
                norm = _norm(slope)
                if not math.isfinite(norm):
                    return math.inf
                greatest = max(greatest, norm)
                if norm == 0 or not self.passes(greatest):
                    break
                weights = self._climbed(graph, weights, slope, norm)
        return greatest

    def passes(self, figure: float) -> bool:
        """Tells whether a figure is within the bound; NaN never is."""
        return figure <= self._config.max_gradient_norm

    def _climbed(self, layer: Layer, weights: Sequence[Values], slope: Sequence[Values], norm: float) -> list[Values]:
        ahead = _moved(weights, slope, _DIFFERENCE * self._length / norm)
        rise = [b - a for a, b in zip(slope, self._stack.gradient(layer, ahead).of_matrices, strict=True)]
        steepness = _norm(rise)
        # At a kink, or where the gradient is constant, the gradient itself is as good a direction as any.
        if not 0 < steepness < math.inf:
            rise, steepness = list(slope), norm
        return _moved(weights, rise, _STEP * self._length / steepness)


def _norm(arrays: Sequence[Values]) -> float:
    return math.sqrt(sum(float(np.vdot(array, array)) for array in arrays))


def _moved(weights: Sequence[Values], direction: Sequence[Values], factor: float) -> list[Values]:
    return [weight + factor * part for weight, part in zip(weights, direction, strict=True)]
