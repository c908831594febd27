"""Intervals of confidence and the corrections that honest comparisons need."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special  # type: ignore[import-untyped]

CONFIDENCE = 0.95
"""Of every interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its interval of confidence.

    Attributes:
        mean: the figure itself.
        low: lower end; -inf where one measurement is all there is.
        high: upper end, likewise inf.
        count: of the measurements.
    """

    mean: float
    low: float
    high: float
    count: int

    @property
    def excludes_zero(self) -> bool:
        """Whether the figure is above or below 0 beyond doubt."""
        return self.low > 0 or self.high < 0


def mean_interval(values: Sequence[float]) -> Interval:
    """Returns a mean with Student's interval; of paired differences, that of the paired t-test.

    Args:
        values: at least one measurement.
    """
    mean, half = float(np.mean(values)), math.inf
    if len(values) > 1:
        scale = float(np.std(values, ddof=1)) / math.sqrt(len(values))
        half = float(special.stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2)) * scale
    return Interval(mean, mean - half, mean + half, len(values))


def p_value(differences: Sequence[float]) -> float:
    """Returns the probability, were the true mean 0, of one so far from it on either side (paired t-test).

    Args:
        differences: paired; with fewer than two nothing is known and it is 1.
    """
    if len(differences) < 2:
        return 1.0
    mean, spread = float(np.mean(differences)), float(np.std(differences, ddof=1))
    if spread == 0:
        return 1.0 if mean == 0 else 0.0
    t = mean / (spread / math.sqrt(len(differences)))
    return float(2 * special.stdtr(len(differences) - 1, -abs(t)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Returns p-values adjusted for their number (Holm 1979), so that one below 0.05 may be called a discovery.

    The probability of any false discovery among them then stays below 0.05, however they depend on each other.
    """
    adjusted, floor = [0.0] * len(p_values), 0.0
    for step, position in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        floor = max(floor, min(1.0, (len(p_values) - step) * p_values[position]))
        adjusted[position] = floor
    return adjusted


def share_interval(hits: int, trials: int) -> Interval:
    """Returns a share with the exact interval of Clopper and Pearson (1934).

    Args:
        hits: of the trials.
        trials: at least one.
    """
    tail = (1 - CONFIDENCE) / 2
    low = float(special.betaincinv(hits, trials - hits + 1, tail)) if hits else 0.0
    high = float(special.betaincinv(hits + 1, trials - hits, 1 - tail)) if hits < trials else 1.0
    return Interval(hits / trials, low, high, trials)
