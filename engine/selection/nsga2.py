"""NSGA-II: non-dominated rank first, crowding distance second.

Deb et al. 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II" (IEEE TEC 6(2), section III). Ranks
come from moocore, whose sort is a thousand times faster than DEAP's on thousands of points; crowding comes from DEAP.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TypeVar

import numpy as np
from deap import tools
from numpy.typing import NDArray

from engine import dominance
from engine.individual import Individual
from engine.selection.elitist import Elitist

G = TypeVar("G")


def crowding_distances(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns how far apart each row's neighbours are, summed over objectives; infinite at the ends.

    Args:
        values: float64 ``(n, num_objectives)`` on the scale where distances count; one non-dominated front.

    Returns:
        float64 ``(n,)``.
    """
    rows = [SimpleNamespace(fitness=SimpleNamespace(values=row, crowding_dist=0.0)) for row in values.tolist()]
    tools.emo.assignCrowdingDist(rows)
    return np.array([row.fitness.crowding_dist for row in rows], dtype=np.float64)


class NSGA2(Elitist):
    """An elitist population of distinct fingerprints, kept best first."""

    __slots__ = ()

    def _best_first(self, individuals: Sequence[Individual[G]]) -> list[int]:
        """Orders positions by rank, then by descending crowding distance within the rank, then by age."""
        values = dominance.points(individuals)
        ranks = dominance.ranks(values)
        distances = np.empty(len(individuals))
        logged = dominance.scaled(values, self.objectives)
        for rank in range(int(ranks.max()) + 1):
            members = np.flatnonzero(ranks == rank)
            distances[members] = crowding_distances(logged[members])
        ids = np.array([individual.id for individual in individuals], dtype=np.int64)
        return np.lexsort((ids, -distances, ranks)).tolist()  # type: ignore[no-any-return]
