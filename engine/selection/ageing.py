"""Regularised evolution: the oldest die, whatever their worth.

Real et al. 2019, "Regularized Evolution for Image Classifier Architecture Search" (arXiv 1802.01548, algorithm 1),
with the tournament of AutoNumerics-Zero (Real et al. 2023, arXiv 2312.08472): a random member of the Pareto set of
the individuals drawn becomes the parent.
"""

# ruff: noqa: ARG002 - the contract passes what other strategies need

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine import dominance
from engine.archive import Archive
from engine.config import SelectionConfig, VariationConfig
from engine.individual import Individual
from engine.protocols import Objective
from engine.selection.strategy import Population, Proposal, propose

G = TypeVar("G")


@dataclass(frozen=True, slots=True)
class Ageing:
    """A queue of the newest individuals with multi-objective tournaments.

    Attributes:
        selection: length of the queue and size of the tournament.
        variation: weights of the operators.
        objectives: what the figures mean; dominance needs no scale.
    """

    selection: SelectionConfig
    variation: VariationConfig
    objectives: tuple[Objective, ...]

    def ask(
        self,
        state: Population[G],
        archive: Archive[G],
        count: int,
        rng: random.Random,
    ) -> list[Proposal[G]]:
        """Returns random proposals until the queue is full, then children of tournament winners."""
        if len(state) < self.selection.population:
            return [Proposal("random")] * count

        def pick() -> Individual[G]:
            drawn = rng.sample(state, min(self.selection.tournament, len(state)))
            return drawn[rng.choice(dominance.front(drawn))]

        return propose(count, self.variation, pick, rng)

    def tell(self, state: Population[G], individuals: Sequence[Individual[G]]) -> Population[G]:
        """Appends the newcomers and drops the oldest."""
        return (*state, *individuals)[-self.selection.population :]
