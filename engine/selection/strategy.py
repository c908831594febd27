"""The contract of selection: ask for parents, tell what became of the children."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from engine.archive import Archive
from engine.config import SelectionConfig, VariationConfig
from engine.individual import Individual
from engine.protocols import Objective

G = TypeVar("G")

Population: TypeAlias = tuple[Individual[G], ...]
"""A strategy's state: the individuals it keeps, in an order of its own."""

PARENTS = {"random": 0, "mutate": 1, "crossover": 2}
"""The operators, and how many parents each takes."""


@dataclass(frozen=True, slots=True)
class Proposal(Generic[G]):
    """How one candidate is to be made.

    Attributes:
        operator: one of :data:`PARENTS`.
        parents: as many as the operator takes.
    """

    operator: str
    parents: tuple[Individual[G], ...] = ()


@dataclass(frozen=True, slots=True)
class Strategy(ABC):
    """Chooses parents; holds settings only, its state is a value that the caller keeps.

    Attributes:
        selection: sizes of population and tournament.
        variation: weights of the operators.
        objectives: what the figures mean.
    """

    selection: SelectionConfig
    variation: VariationConfig
    objectives: tuple[Objective, ...]

    @abstractmethod
    def ask(self, state: Population[G], archive: Archive[G], count: int, rng: random.Random) -> list[Proposal[G]]:
        """Returns how to make the next candidates.

        Args:
            state: what the strategy keeps, empty at first.
            archive: the island's best of every niche.
            count: number of candidates.
            rng: source of every draw.
        """

    def tell(self, state: Population[G], individuals: Sequence[Individual[G]]) -> Population[G]:  # noqa: ARG002
        """Returns the state after newly scored individuals (with finite objectives) competed to stay.

        By default a strategy keeps none; the archive remembers.
        """
        return state


def propose(
    count: int, variation: VariationConfig, pick: Callable[[], Individual[G]], rng: random.Random
) -> list[Proposal[G]]:
    """Draws operators by their weights and parents by a selection.

    Args:
        count: number of proposals.
        variation: the weights.
        pick: draws one parent.
        rng: source of the operators.
    """
    weights = (variation.random, variation.mutate, variation.crossover)
    operators = rng.choices(tuple(PARENTS), weights, k=count)
    return [Proposal(operator, tuple(pick() for _ in range(PARENTS[operator]))) for operator in operators]


def best_of_draws(best_first: Sequence[Individual[G]], draws: int, rng: random.Random) -> Individual[G]:
    """Returns the winner of a tournament, drawn with replacement, at the cost of one draw.

    The least of k uniform variates is distributed as 1 - u^(1/k).

    Args:
        best_first: individuals in the order in which they win.
        draws: size k of the tournament.
        rng: source of the draw.
    """
    return best_first[int(len(best_first) * (1 - (1 - rng.random()) ** (1 / draws)))]
