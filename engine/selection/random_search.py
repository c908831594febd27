"""Random search: the baseline that every other strategy must beat."""

# ruff: noqa: ARG002 - the contract passes what other strategies need

from __future__ import annotations

import random
from typing import TypeVar

from engine.archive import Archive
from engine.selection.strategy import Population, Proposal, Strategy

G = TypeVar("G")


class RandomSearch(Strategy):
    """Draws every candidate afresh and learns nothing."""

    __slots__ = ()

    def ask(self, state: Population[G], archive: Archive[G], count: int, rng: random.Random) -> list[Proposal[G]]:
        """Returns random proposals only."""
        return [Proposal("random")] * count
