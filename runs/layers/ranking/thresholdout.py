"""Thresholdout: looks at a holdout that stay honest though each depends on the answers to those before.

Dwork, Feldman, Hardt, Pitassi, Reingold, Roth 2015, "The reusable holdout: preserving validity in adaptive data
analysis", Science 349:636, figure 1. An answer is the figure of the training side as long as the holdout agrees with
it up to a noisy threshold, which reveals next to nothing of the holdout; where they disagree, it is that of the
holdout with noise, and one unit of a budget is spent.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from engine.keys import fold_in, generator


@dataclass(frozen=True, slots=True)
class Thresholdout:
    """The mechanism between two looks.

    All noise comes from the key and from the number of the look that it is for, so that the same looks in the same
    order have the same answers.

    Attributes:
        threshold: difference between the two figures from which on the holdout's is given; ``T`` of the paper.
        sigma: scale of the noise: Laplace of scale 2 sigma on the threshold, 4 sigma on each comparison, sigma on each
            figure given.
        budget: how often the holdout's figure may be given; ``B`` of the paper.
        key: of all noise.
        looks: so far.
        spent: of the budget.
    """

    threshold: float
    sigma: float
    budget: int
    key: int
    looks: int = 0
    spent: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether all further looks are refused."""
        return self.spent >= self.budget

    def look(self, training: float, holdout: float) -> tuple[float | None, Thresholdout]:
        """Returns an answer, None once the budget is spent, and the mechanism after the look.

        Args:
            training: a figure on data that the question may have been adapted to.
            holdout: the same figure on the holdout.
        """
        if self.is_spent:
            return None, self
        rng = generator(fold_in(self.key, "look", self.looks))
        after = replace(self, looks=self.looks + 1)
        if abs(holdout - training) <= self._noisy_threshold() + _laplace(rng, 4 * self.sigma):
            return training, after
        return holdout + _laplace(rng, self.sigma), replace(after, spent=self.spent + 1)

    def _noisy_threshold(self) -> float:
        """Returns the threshold, whose noise is drawn anew whenever some of the budget is spent."""
        return self.threshold + _laplace(generator(fold_in(self.key, "threshold", self.spent)), 2 * self.sigma)


def _laplace(rng: random.Random, scale: float) -> float:
    """Returns the difference of two exponential draws, which is Laplace's distribution."""
    return scale * (rng.expovariate(1) - rng.expovariate(1))
