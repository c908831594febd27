"""The archive: the best individuals of every niche, whatever became of the population."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from engine import dominance
from engine.individual import Individual, distinct, is_comparable

G = TypeVar("G")


def niche_of(individual: Individual[G]) -> int:
    """Returns the niche: the first objective (an operation count, say) rounded down."""
    return math.floor(individual.objectives[0])


def _best_first(members: list[Individual[G]]) -> list[Individual[G]]:
    ranks = dominance.ranks(dominance.points(members)).tolist()
    order = sorted(range(len(members)), key=lambda i: (ranks[i], members[i].objectives, members[i].id))
    return [members[i] for i in order]


@dataclass(frozen=True, slots=True)
class Archive(Generic[G]):
    """An immutable archive; :meth:`add` returns the next one.

    Members are ordered by Pareto rank, which is the same on a linear and on a log scale.

    Attributes:
        per_niche: how many individuals a niche holds.
        niches: the members of each niche that has any, best first; niches in ascending order.
    """

    per_niche: int
    niches: tuple[tuple[Individual[G], ...], ...] = ()

    def add(self, individuals: Iterable[Individual[G]]) -> Archive[G]:
        """Returns the archive after the individuals competed for their niches; NaN and infinity never enter."""
        niches = {niche_of(members[0]): members for members in self.niches}
        newcomers: dict[int, list[Individual[G]]] = {}
        for individual in individuals:
            if is_comparable(individual.objectives):
                niche = niche_of(individual)
                if not self._is_hopeless(individual, niches.get(niche, ())):
                    newcomers.setdefault(niche, []).append(individual)
        for niche, group in newcomers.items():
            members = distinct([*niches.get(niche, ()), *group])
            niches[niche] = tuple(_best_first(members)[: self.per_niche])
        return replace(self, niches=tuple(niches[niche] for niche in sorted(niches)))

    def members(self) -> list[Individual[G]]:
        """Returns all members, niche by niche."""
        return [member for members in self.niches for member in members]

    def fingerprints(self) -> set[int]:
        """Returns the fingerprints of all members."""
        return {member.fingerprint for members in self.niches for member in members}

    def front(self) -> list[Individual[G]]:
        """Returns the members that no other member dominates, niche by niche."""
        members = self.members()
        return [members[i] for i in dominance.front(members)]

    def _is_hopeless(self, individual: Individual[G], members: tuple[Individual[G], ...]) -> bool:
        """Tells cheaply that a full niche's last member is at least as good, which saves ranking most newcomers."""
        return len(members) == self.per_niche and all(map(operator.le, members[-1].objectives, individual.objectives))
