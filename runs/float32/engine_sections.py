"""The engine's sections of a job, with the defaults that suit candidates which take milliseconds each."""

from __future__ import annotations

from dataclasses import dataclass

from engine.config import IslandConfig, VariationConfig


@dataclass(frozen=True, slots=True)
class IslandsJob(IslandConfig):
    """The shape of the search, as :class:`engine.config.IslandConfig`, in epochs of a second or two."""

    generations_per_epoch: int = 4
    batch_size: int = 32
    tries: int = 3
    tries_elite: int = 40


@dataclass(frozen=True, slots=True)
class VariationJob(VariationConfig):
    """How often each operator makes a candidate, as :class:`engine.config.VariationConfig`."""

    random: float = 0.1
    mutate: float = 0.75
    crossover: float = 0.15
