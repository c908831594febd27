"""Niches: parents come from the archive, every niche being as likely as any other.

A multi-objective cousin of MAP-Elites (Mouret and Clune 2015, arXiv 1504.04909): a small program's niche is searched
as hard as a large one's, and a good structure stays until a better one of its own size replaces it.
"""

# ruff: noqa: ARG002 - the contract passes what other strategies need

from __future__ import annotations

import random
from typing import TypeVar

from engine.archive import Archive
from engine.individual import Individual
from engine.selection.strategy import Population, Proposal, Strategy, best_of_draws, propose

G = TypeVar("G")


class Niches(Strategy):
    """Draws a niche at random, then the best of a tournament within it; keeps no population."""

    __slots__ = ()

    def ask(self, state: Population[G], archive: Archive[G], count: int, rng: random.Random) -> list[Proposal[G]]:
        """Returns children of the archive's members, or random proposals while it is empty."""
        if not archive.niches:
            return [Proposal("random")] * count

        def pick() -> Individual[G]:
            return best_of_draws(rng.choice(archive.niches), self.selection.tournament, rng)

        return propose(count, self.variation, pick, rng)
