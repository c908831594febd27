"""SMS-EMOA: non-dominated rank first, contribution to the dominated hypervolume second.

Beume, Naujoks, Emmerich 2007, "SMS-EMOA: Multiobjective selection based on dominated hypervolume" (EJOR 181(3)). They
add one individual at a time and drop the least contributor of the last rank; here it is dropped until the population
has its size again, which is the same where newcomers come one by one. Contributions come from moocore.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import moocore
import numpy as np
from numpy.typing import NDArray

from engine import dominance
from engine.individual import Individual
from engine.selection.elitist import Elitist

G = TypeVar("G")

_MARGIN = 1.0
"""How far the reference point lies beyond the worst figure, in units of each objective's range, as in the paper."""


def least_contributors_last(values: NDArray[np.float64]) -> list[int]:
    """Orders the points of one non-dominated front by dropping, one by one, the one whose loss costs least.

    Args:
        values: float64 ``(n, num_objectives)`` on the scale where volumes count.

    Returns:
        positions; the last is dropped first. Extremes count like all others, as in the paper's variant with a
        reference point.
    """
    spread = np.ptp(values, axis=0)
    scaled = (values - values.min(axis=0)) / np.where(spread > 0, spread, 1.0)
    reference = np.full(values.shape[1], 1.0 + _MARGIN)
    left, dropped = list(range(len(values))), []
    while len(left) > 1:
        contributions = np.asarray(moocore.hv_contributions(scaled[left], ref=reference))
        dropped.append(left.pop(int(contributions.argmin())))
    return [*left, *reversed(dropped)]


class Hypervolume(Elitist):
    """An elitist population of distinct fingerprints that together dominate as much as possible."""

    __slots__ = ()

    def _best_first(self, individuals: Sequence[Individual[G]]) -> list[int]:
        """Orders positions by rank, then by contribution within the rank."""
        values = dominance.points(individuals)
        ranks = dominance.ranks(values)
        logged = dominance.scaled(values, self.objectives)
        order: list[int] = []
        for rank in range(int(ranks.max()) + 1):
            members = np.flatnonzero(ranks == rank)
            if len(order) >= self.selection.population:
                break
            order += members[least_contributors_last(logged[members])].tolist()
        return order
