"""What noise costs: from (epsilon, delta) to rho-zCDP and back by dp-accounting, and from rho to noise.

Budgets are spent in rho (Bun and Steinke, 2016): it adds up, however adaptively questions are chosen, as long as the
total is fixed (Whitehouse et al., "Fully-adaptive composition in differential privacy", 2023).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from runs.privacy.libraries import library
from runs.privacy.noise import gaussian_rho, selection_rho

ROUNDING = 1e-9
"""Sums of costs are compared with a budget up to this fraction of it; budgets are stated so much smaller."""


def check_claim(epsilon: float, delta: float) -> None:
    """Checks that a pair is a differential privacy claim at all.

    Raises:
        ValueError: unless epsilon is above 0 and finite, and delta above 0 and below 1.
    """
    if not 0 < epsilon < math.inf:
        raise ValueError(f"epsilon must be above 0 and finite, not {epsilon!r}; 1 is a common choice")
    if not 0 < delta < 1:
        raise ValueError(f"delta must be above 0 and below 1, not {delta!r}; far below 1/rows is right, such as 1e-9")


def delta_warning(delta: float, rows: int) -> str:
    """Returns what is wrong with a delta for a table of so many rows, empty when nothing is.

    The text is for whoever holds the table: where the number of rows is private, it must not be published.
    """
    if delta * rows < 1:
        return ""
    return (
        f"delta = {delta:g} is not below 1/rows = {1 / rows:.2g}: a release that publishes a random row outright "
        "would satisfy this claim; choose a delta far below it"
    )


def rho_to_epsilon(rho: float, delta: float) -> float:
    """Returns the smallest epsilon that dp-accounting certifies at a delta for a cost in zCDP.

    Raises:
        ValueError: for a rho below 0 or a delta outside (0, 1).
    """
    check_claim(1, delta)
    return float(_spent(rho).get_epsilon(delta))


def rho_to_delta(rho: float, epsilon: float) -> float:
    """Returns the smallest delta that dp-accounting certifies at an epsilon for a cost in zCDP.

    Raises:
        ValueError: for a rho below 0 or an epsilon that is not above 0 and finite.
    """
    check_claim(epsilon, 0.5)
    return float(_spent(rho).get_delta(epsilon))


@lru_cache(maxsize=64)
def epsilon_to_rho(epsilon: float, delta: float) -> float:
    """Returns the largest rho that still certifies (epsilon, delta), smaller by ``ROUNDING``.

    Raises:
        ValueError: as :func:`check_claim` does.
    """
    check_claim(epsilon, delta)
    # rho-zCDP implies no claim with an epsilon below rho unless delta is near 1, so doubling ends soon
    high = min(epsilon, 1.0)
    while rho_to_epsilon(high, delta) <= epsilon:
        high *= 2
    low = high
    while rho_to_epsilon(low, delta) > epsilon:
        low /= 2
    return _boundary(low, high, lambda rho: rho_to_epsilon(rho, delta) <= epsilon) / (1 + ROUNDING)


def sigma_for_rho(rho: float, sensitivity: float) -> float:
    """Returns the smallest standard deviation, to the last digits, whose cost OpenDP certifies to be within rho.

    Args:
        rho: what may be spent.
        sensitivity: an upper bound on the L2 distance of the answers of two neighbours.

    Raises:
        ValueError: for a rho that is not above 0 and finite, or as :func:`runs.privacy.noise.gaussian_rho` does.
    """
    sigma = sensitivity / math.sqrt(2 * _spendable(rho))
    step = 2.0**-52
    while gaussian_rho(sigma, sensitivity) > rho:
        sigma *= 1 + step
        step *= 2
    return sigma


def epsilon_for_rho(rho: float, sensitivity: float) -> float:
    """Returns the epsilon of a selection that costs rho, rounded down.

    Raises:
        ValueError: for a rho that is not above 0 and finite, or as :func:`runs.privacy.noise.selection_rho` does.
    """
    epsilon = math.sqrt(8 * _spendable(rho))
    step = 2.0**-52
    while selection_rho(epsilon, sensitivity) > rho:
        epsilon *= 1 - step
        step *= 2
    return epsilon


def _spendable(rho: float) -> float:
    if not 0 < rho < math.inf:
        raise ValueError(f"the rho of a release must be above 0 and finite, not {rho!r}")
    return rho


def _boundary(low: float, high: float, holds: Callable[[float], bool]) -> float:
    """Returns the largest value found to hold between one that does and one that does not, to 12 digits."""
    while high > low * (1 + 1e-12):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _spent(rho: float) -> Any:
    """Returns an accountant that has spent rho."""
    if not 0 <= rho < math.inf:
        raise ValueError(f"a cost in zCDP must be 0 or more and finite, not {rho!r}")
    accountant = library("dp_accounting.rdp").RdpAccountant(_orders())
    accountant.compose(library("dp_accounting").ZCDpEvent(rho))
    return accountant


def _orders() -> Any:
    """Returns Renyi orders so dense that the best of them is as good as any, for epsilons from 1e-6 to 1e4."""
    return 1 + np.logspace(-2, 8, 2000)
