"""How a network is trained, free of JAX so that a driver can read it without importing it."""

from __future__ import annotations

import math
from dataclasses import dataclass

SCHEDULES = ("cosine", "constant", "steps")

_DROPS = (1 / 3, 2 / 3, 8 / 9)
"""Shares of the training after which ``steps`` divides the rate by ten: epochs 30, 60 and 80 of 90."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Stochastic gradient descent on cross entropy, as EvoNorm's anchors are trained (Liu et al. 2020).

    The paper makes 2,000 steps (series B) or 5,000 (S) of 128 images. The defaults are those of a search on two cores.

    Attributes:
        steps: batches.
        batch_size: images per batch.
        learning_rate: at the beginning.
        schedule: ``cosine`` falls to 0, ``constant`` stays, ``steps`` falls tenfold at 1/3, 2/3 and 8/9.
        momentum: share of the velocity that stays, after Nesterov.
        weight_decay: of kernels and matrices; biases and the parameters of layers are left alone.
        padding: black pixels about an image before it is cropped at random to the network's size.
        flips: whether images are mirrored left to right at random; no good for digits.
    """

    steps: int = 150
    batch_size: int = 64
    learning_rate: float = 0.1
    schedule: str = "cosine"
    momentum: float = 0.9
    weight_decay: float = 1e-4
    padding: int = 2
    flips: bool = True

    def __post_init__(self) -> None:
        for name, least in {"steps": 1, "batch_size": 1, "padding": 0}.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)}")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"learning_rate must be above 0 and finite, not {self.learning_rate}")
        if not 0 <= self.weight_decay < math.inf:
            raise ValueError(f"weight_decay must be 0 or more and finite, not {self.weight_decay}")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum must be from 0 to less than 1, not {self.momentum}")
        if self.schedule not in SCHEDULES:
            raise ValueError(f"schedule {self.schedule!r} is unknown; use one of: {', '.join(SCHEDULES)}")

    def rate(self, step: int) -> float:
        """Returns the learning rate of a step, counted from 0."""
        done = step / self.steps
        if self.schedule == "cosine":
            return self.learning_rate * (1 + math.cos(math.pi * done)) / 2
        drops = sum(done >= drop for drop in _DROPS) if self.schedule == "steps" else 0
        return self.learning_rate * 0.1**drops
