"""Exact calibration of one shot of cell tables: the discrete Gaussian's privacy loss distribution, by dp-accounting.

A row moves each of some answers by exactly 1, so neighbours see that many discrete Gaussians shifted by 1, whose losses
add up. zCDP bounds that sum from above; composing the distribution itself saves 6 to 10 % of the noise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from runs.privacy.accounting import check_claim
from runs.privacy.libraries import library

LEAST_DELTA = 1e-11
"""Below it the rounding of the Fourier transforms that compose distributions would matter."""

MOST_SIGMA = 1e5
"""Beyond it a distribution takes minutes, and zCDP loses nothing that would be seen in so much noise."""

PRECISION = 1e-4
"""Relative precision of the smallest sigma."""

_MARGIN = 1e-6, 1e-15  # relative and absolute: what rounding may take from a composed delta


def pld_delta(sigma: float, unit_changes: int, epsilon: float) -> float:
    """Returns the delta of discrete Gaussian noise on answers of which some change by 1, rounded up.

    Args:
        sigma: the noise's parameter, above 0.
        unit_changes: how many answers at most differ between neighbours, each by 1.
        epsilon: where the delta is taken.
    """
    delta = float(_composed(sigma, unit_changes).get_delta_for_epsilon(epsilon))
    return delta * (1 + _MARGIN[0]) + _MARGIN[1]


def pld_epsilon(sigma: float, unit_changes: int, delta: float) -> float:
    """Returns the epsilon at a delta of such noise; see :func:`pld_delta`."""
    return float(_composed(sigma, unit_changes).get_epsilon_for_delta((delta - _MARGIN[1]) / (1 + _MARGIN[0])))


def pld_sigma(epsilon: float, delta: float, unit_changes: int) -> float:
    """Returns the smallest noise, to ``PRECISION``, that is certified to be (epsilon, delta)-differentially private.

    Args:
        epsilon: of the claim.
        delta: of the claim, at least ``LEAST_DELTA``.
        unit_changes: how many answers at most differ between neighbours, each by 1.

    Raises:
        ValueError: when the claim is none, delta is too small or the noise would exceed ``MOST_SIGMA``.
    """
    check_claim(epsilon, delta)
    if delta < LEAST_DELTA:
        raise ValueError(
            f"pld accounting needs a delta of at least {LEAST_DELTA:g}, not {delta!r}; use zcdp accounting"
        )
    if unit_changes < 1:
        raise ValueError(f"pld accounting needs at least one answer that a row changes, not {unit_changes}")
    guess = library("dp_accounting").get_sigma_gaussian(epsilon, delta) * math.sqrt(unit_changes)
    if guess > MOST_SIGMA:
        raise ValueError(
            f"pld accounting is for noise of at most {MOST_SIGMA:.0f} rows, epsilon {epsilon!r} on {unit_changes} "
            f"answers takes {guess:.0f}; use zcdp accounting"
        )

    return _smallest(guess, lambda sigma: pld_delta(sigma, unit_changes, epsilon) <= delta)


def _smallest(guess: float, certified: Callable[[float], bool]) -> float:
    """Returns a certified sigma such that one smaller by ``PRECISION`` is not.

    Args:
        guess: where to begin: the continuous Gaussian's sigma, which is close by unless it is below a few rows.
        certified: whether a sigma suffices.
    """
    low, high, width = guess, guess * (1 + PRECISION), PRECISION
    while not certified(high):
        low, high, width = high, high * (1 + width), 2 * width
    while certified(low):
        low, high, width = low / (1 + width), low, 2 * width
    while high > low * (1 + 1.01 * PRECISION):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if certified(middle) else (middle, high)
    return high


def _composed(sigma: float, unit_changes: int) -> Any:
    """Returns the privacy loss distribution of the changed answers together."""
    distributions = library("dp_accounting.pld.privacy_loss_distribution")
    # Losses are odd multiples of 1 / (2 sigma^2): a grid of that width holds them without rounding. Where it is much
    # finer than the losses' spread, 1 / sigma, a coarser one rounds them up by too little to matter and far faster.
    interval = max(1 / (2 * sigma**2), 0.01 / sigma)
    with np.errstate(over="ignore"):  # the loss of hardly any noise: exp of it is infinite, as it should be
        one = distributions.from_discrete_gaussian_mechanism(
            sigma, value_discretization_interval=interval, use_connect_dots=True
        )
        return one.self_compose(unit_changes) if unit_changes > 1 else one
