"""What elitist strategies share: a population of distinct fingerprints, best first, and tournaments within it."""

# ruff: noqa: ARG002 - the contract passes what other strategies need

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from engine.archive import Archive
from engine.individual import Individual, distinct
from engine.selection.strategy import Population, Proposal, Strategy, best_of_draws, propose

G = TypeVar("G")


class Elitist(Strategy):
    """Keeps the best of the old and the new; what is best is up to the subclass."""

    __slots__ = ()

    def ask(self, state: Population[G], archive: Archive[G], count: int, rng: random.Random) -> list[Proposal[G]]:
        """Returns random proposals until the population is full, then children of tournament winners."""
        if len(state) < self.selection.population:
            return [Proposal("random")] * count

        def pick() -> Individual[G]:
            return best_of_draws(state, self.selection.tournament, rng)

        return propose(count, self.variation, pick, rng)

    def tell(self, state: Population[G], individuals: Sequence[Individual[G]]) -> Population[G]:
        """Keeps the best of the old and the new."""
        if not individuals:
            return state
        merged = distinct((*state, *individuals))
        return tuple(merged[i] for i in self._best_first(merged)[: self.selection.population])

    @abstractmethod
    def _best_first(self, individuals: Sequence[Individual[G]]) -> list[int]:
        """Returns the positions of individuals in the order in which they are kept."""
