"""The engine's sections of a job, with the defaults that suit candidates which take seconds each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

from engine.config import IslandConfig, SelectionConfig, VariationConfig
from engine.selection import STRATEGIES
from runs.job.schema import NOT_NEGATIVE, one_of

_SELECTION = {"norm_act": SelectionConfig("ageing", 30, 8), "evonorm": SelectionConfig("ageing", 2500, 125)}
"""Selection by preset; the paper's window is of 2,500 layers and its tournament of 5 % of them.

Two cores train one or two hundred layers an hour, and nothing is bred before the window is full.
"""

_VARIATION = {"norm_act": VariationConfig(0.1, 0.7, 0.2, 0.3), "evonorm": VariationConfig(0.5, 0.5, 0.0, 0.0)}
"""Variation by preset; half of the paper's layers are random ones, the other half one mutation away from a parent."""


@dataclass(frozen=True, slots=True)
class IslandsJob:
    """The shape of the search: islands that share what they find, so that every worker is busy.

    Attributes:
        islands: how many; the result depends on it, on the number of workers it does not.
        generations_per_epoch: generations that an island runs before it is committed and heard by the others; what is
            under way when the time is up is lost, so few.
        batch_size: candidates per generation.
        tries: evaluations of layers that compute the same.
        tries_elite: the same for the best ones; the networks' seeds change from one evaluation to the next.
        cache_size: behaviours remembered per island.
        archive_per_niche: of the best layers kept per island.
        migrants: sent to the next island of a ring.
        migration: ``broadcast``: everything scored goes to all islands; or ``ring``.
    """

    islands: int = 4
    generations_per_epoch: int = 2
    batch_size: int = 1
    tries: int = 1
    tries_elite: int = 1
    cache_size: int = 200_000
    archive_per_niche: int = 40
    migrants: int = 8
    migration: str = "broadcast"

    def __post_init__(self) -> None:
        _ = self.config

    @property
    def config(self) -> IslandConfig:
        """The engine's settings."""
        return IslandConfig(**asdict(self))


@dataclass(frozen=True, slots=True)
class SelectionJob:
    """How parents are chosen.

    Attributes:
        strategy: a name in :data:`engine.selection.STRATEGIES`.
        population: layers that are kept to breed from; 0 for the preset's own number.
        tournament: layers that compete to become a parent; 0 for the preset's own number.
    """

    strategy: Annotated[str, one_of(*STRATEGIES)] = "ageing"
    population: Annotated[int, NOT_NEGATIVE] = 0
    tournament: Annotated[int, NOT_NEGATIVE] = 0

    def config(self, preset: str) -> SelectionConfig:
        """Returns the engine's settings.

        Args:
            preset: of the space.

        Raises:
            ValueError: when a number is out of range.
        """
        own = _SELECTION[preset]
        population = self.population or own.population
        if self.tournament > population:
            raise ValueError(f"tournament must be at most the population, {population}, not {self.tournament}")
        return SelectionConfig(self.strategy, population, self.tournament or min(own.tournament, population))


@dataclass(frozen=True, slots=True)
class VariationJob:
    """How often each operator makes a candidate; what is absent is the preset's own.

    Attributes:
        random: weight of a random layer.
        mutate: weight of a mutated parent.
        crossover: weight of two parents recombined.
        more_mutations: probability of each further mutation after the first (geometric).
    """

    random: float | None = None
    mutate: float | None = None
    crossover: float | None = None
    more_mutations: float | None = None

    def config(self, preset: str) -> VariationConfig:
        """Returns the engine's settings.

        Args:
            preset: of the space.

        Raises:
            ValueError: when a weight is out of range.
        """
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return VariationConfig(**{**asdict(_VARIATION[preset]), **given})
