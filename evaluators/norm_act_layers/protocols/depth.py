"""The protocol ``depth``: at initialisation the loss gradient neither vanishes nor explodes through many layers."""

from __future__ import annotations

import math

import numpy as np

from evaluators.norm_act_layers.protocols.stack import Stack
from evaluators.norm_act_layers.settings import StabilityConfig
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.layer import Layer


class Depth:
    """Follows gradients through a stack of one layer.

    Attributes:
        name: of the protocol.
    """

    name = "depth"

    def __init__(self, config: StabilityConfig) -> None:
        """Draws the stack.

        Args:
            config: how many layers, and the bounds.
        """
        self._stack = Stack(config.depth)
        self._bounds = config.min_depth_gradient, config.max_depth_gradient

    def figure(self, layer: Layer) -> float:
        """Returns the norm of the loss gradient before the first layer over that before the last, NaN if not finite."""
        with np.errstate(all="ignore"):
            gradients = self._stack.gradient(canonical(layer), self._stack.matrices).of_inputs
            first, last = (float(np.linalg.norm(gradients[i])) for i in (0, -1))
        return first / last if 0 < last < math.inf else math.nan

    def passes(self, figure: float) -> bool:
        """Tells whether a figure is within the bounds; NaN never is."""
        return self._bounds[0] <= figure <= self._bounds[1]
