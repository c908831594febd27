"""The protocol ``quality``: a network with the layer learns something in its first steps.

As in EvoNorm (Liu et al. 2020, section 4.4) a layer is turned away whose accuracy after 100 steps in the first network
is less than 20 %, here for any number of classes. Most are told much earlier by the losses so far.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from evaluators.norm_act_layers.settings import QualityConfig

WINDOW = 10
"""Steps over which losses are averaged."""


class Quality:
    """Decides whether a training may go on.

    Attributes:
        name: of the protocol.
    """

    name = "quality"

    def __init__(self, config: QualityConfig, num_classes: int) -> None:
        """Sets the thresholds.

        Args:
            config: how many steps, the least accuracy, and the bounds on losses that decide early.
            num_classes: of the images.
        """
        self._config = config
        self._guessing = math.log(num_classes)
        self._min_accuracy = config.min_accuracy(num_classes)

    def passes(self, accuracy: float) -> bool:
        """Tells whether an accuracy is enough; NaN never is."""
        return accuracy >= self._min_accuracy

    def over(self, losses: Sequence[float]) -> bool:
        """Tells whether all steps of the test are made, given the losses so far."""
        return len(losses) >= self._config.steps

    def hopeless(self, losses: Sequence[float]) -> bool:
        """Tells whether the losses so far are those of a candidate that will not pass."""
        bounds = [share for step, share in self._config.max_losses if step <= len(losses)]
        if not bounds or self.over(losses):
            return False
        last = losses[-WINDOW:]
        return not sum(last) / len(last) <= bounds[-1] * self._guessing
