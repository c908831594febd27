"""Random search: the baseline that every other strategy must beat."""

# ruff: noqa: ARG002 - the contract passes what other strategies need

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.archive import Archive
from engine.config import SelectionConfig, VariationConfig
from engine.individual import Individual
from engine.protocols import Objective
from engine.selection.strategy import Population, Proposal

G = TypeVar("G")


@dataclass(frozen=True, slots=True)
class RandomSearch:
    """Draws every candidate afresh and learns nothing.

    Attributes:
        selection: unused, as are the others.
        variation: unused.
        objectives: unused.
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
        """Returns random proposals only."""
        return [Proposal("random")] * count

    def tell(self, state: Population[G], individuals: Sequence[Individual[G]]) -> Population[G]:
        """Returns the state as it is."""
        return state
