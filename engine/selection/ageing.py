"""Regularised evolution: the oldest die, whatever their worth.

Real et al. 2019, "Regularized Evolution for Image Classifier Architecture Search" (arXiv 1802.01548, algorithm 1),
with the tournament of AutoNumerics-Zero (Real et al. 2023, arXiv 2312.08472) and EvoNorm (Liu et al. 2020, arXiv
2004.02967): a random member of the Pareto set of the individuals drawn becomes the parent. EvoNorm's alternatives, to
let the best mean or the best worst objective win, are here as well.
"""

# ruff: noqa: ARG002 - the contract passes what other strategies need

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from engine import dominance
from engine.archive import Archive
from engine.individual import Individual
from engine.selection.strategy import Population, Proposal, Strategy, propose

G = TypeVar("G")


class Ageing(Strategy):
    """A queue of the newest individuals with multi-objective tournaments."""

    __slots__ = ()

    def ask(self, state: Population[G], archive: Archive[G], count: int, rng: random.Random) -> list[Proposal[G]]:
        """Returns random proposals until the queue is full, then children of tournament winners."""
        if len(state) < self.selection.population:
            return [Proposal("random")] * count

        def pick() -> Individual[G]:
            drawn = rng.sample(state, min(self.selection.tournament, len(state)))
            return self._winner(drawn, rng)

        return propose(count, self.variation, pick, rng)

    def tell(self, state: Population[G], individuals: Sequence[Individual[G]]) -> Population[G]:
        """Appends the newcomers and drops the oldest."""
        return (*state, *individuals)[-self.selection.population :]

    def _winner(self, drawn: Sequence[Individual[G]], rng: random.Random) -> Individual[G]:
        """Returns a random member of the Pareto set."""
        return drawn[rng.choice(dominance.front(drawn))]


class AgeingMean(Ageing):
    """The same queue; the individual with the least mean of its objectives wins the tournament."""

    __slots__ = ()

    def _winner(self, drawn: Sequence[Individual[G]], rng: random.Random) -> Individual[G]:
        return drawn[int(dominance.scaled(dominance.points(drawn), self.objectives).mean(axis=1).argmin())]


class AgeingWorst(Ageing):
    """The same queue; the individual whose worst objective is the least wins the tournament."""

    __slots__ = ()

    def _winner(self, drawn: Sequence[Individual[G]], rng: random.Random) -> Individual[G]:
        return drawn[int(dominance.scaled(dominance.points(drawn), self.objectives).max(axis=1).argmin())]
