"""The state of an island: a value, so that a checkpoint is to write it and a resume is to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.archive import Archive
from engine.cache import COLUMNS, Cache
from engine.config import IslandConfig
from engine.individual import Individual
from engine.protocols import SearchSpace

G = TypeVar("G")

EMIGRANT_EPOCHS = 3
"""Epochs of emigrants that a state keeps: a neighbour one epoch behind asks for those of two epochs before its own."""

MIGRATION_LAG = 2
"""Migrants that enter epoch e left their island at the end of epoch e - 2, so that no island waits for another."""


@dataclass(frozen=True, slots=True)
class IslandState(Generic[G]):
    """An island between two epochs.

    Attributes:
        island: its number.
        epoch: the next epoch to run.
        population: the strategy's state.
        archive: the best of every niche.
        cache: the fingerprints seen.
        counters: candidates so far by the label of their verdict.
        emigrants: those of the last epochs, the latest last.
    """

    island: int
    epoch: int
    population: tuple[Individual[G], ...]
    archive: Archive[G]
    cache: Cache
    counters: Mapping[str, int]
    emigrants: tuple[tuple[Individual[G], ...], ...] = ()

    @classmethod
    def start(cls, island: int, config: IslandConfig, epoch: int = 0) -> IslandState[G]:
        """Returns an empty island.

        Args:
            island: its number.
            config: the sizes of its archive and cache.
            epoch: its first one; above 0 for a search that follows another one and goes on with its ids.
        """
        emigrants = ((),) * min(epoch, EMIGRANT_EPOCHS)
        return cls(island, epoch, (), Archive(config.archive_per_niche), Cache(config.cache_size), {}, emigrants)

    @property
    def candidates(self) -> int:
        """Candidates of this island so far."""
        return sum(self.counters.values())

    def emigrants_of(self, epoch: int) -> tuple[Individual[G], ...]:
        """Returns the individuals that left at the end of an epoch.

        Args:
            epoch: before the first epoch there were none; after it, one of the last three.
        """
        if epoch < 0:
            return ()
        age = self.epoch - epoch
        assert 1 <= age <= len(self.emigrants), f"emigrants of epoch {epoch} are gone at epoch {self.epoch}"
        return self.emigrants[-age]

    def to_data(self, space: SearchSpace[G]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Writes the state as a JSON-able tree and arrays by name; :meth:`from_data` reads them back exactly.

        Args:
            space: encodes the genomes as text.
        """
        groups = (self.population, *self.archive.niches, *self.emigrants)
        individuals = {individual.id: individual for group in groups for individual in group}
        data = {
            "island": self.island,
            "epoch": self.epoch,
            "individuals": [
                {**individual._asdict(), "genome": space.encode(individual.genome)}
                for individual in individuals.values()
            ],
            "population": _ids(self.population),
            "archive": {"per_niche": self.archive.per_niche, "niches": [_ids(group) for group in self.archive.niches]},
            "cache": {"capacity": self.cache.capacity, "hits": self.cache.hits},
            "counters": dict(self.counters),
            "emigrants": [_ids(group) for group in self.emigrants],
        }
        return data, self.cache.arrays()

    @classmethod
    def from_data(
        cls, data: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], space: SearchSpace[G]
    ) -> IslandState[G]:
        """Reads a state.

        Args:
            data: the tree that :meth:`to_data` wrote, after any trip through JSON.
            arrays: its arrays by name.
            space: decodes the genomes.

        Raises:
            ValueError: when the data is not a state; the message names what is missing or wrong.
        """
        try:
            individuals = {row["id"]: _individual(row, space) for row in data["individuals"]}

            def group(ids: list[int]) -> tuple[Individual[G], ...]:
                return tuple(individuals[i] for i in ids)

            archive = data["archive"]
            columns = {name: np.asarray(arrays[name]) for name in COLUMNS}
            return cls(
                island=data["island"],
                epoch=data["epoch"],
                population=group(data["population"]),
                archive=Archive(archive["per_niche"], tuple(map(group, archive["niches"]))),
                cache=Cache(data["cache"]["capacity"], data["cache"]["hits"], **columns),
                counters=dict(data["counters"]),
                emigrants=tuple(map(group, data["emigrants"])),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not the state of an island: {error!r} while reading it") from error


def _ids(group: tuple[Individual[Any], ...]) -> list[int]:
    return [individual.id for individual in group]


def _individual(row: Mapping[str, Any], space: SearchSpace[G]) -> Individual[G]:
    return Individual(
        id=row["id"],
        genome=space.decode(row["genome"]),
        objectives=tuple(row["objectives"]),
        fingerprint=row["fingerprint"],
        parents=tuple(row["parents"]),
        epoch=row["epoch"],
    )
