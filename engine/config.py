"""The settings of a search, one frozen dataclass per component; none reads another's."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any


def _require(holds: bool, name: str, rule: str, value: Any) -> None:
    if not holds:
        raise ValueError(f"{name} must be {rule}, not {value!r}")


MIGRATIONS = ("ring", "broadcast")
"""Who gets an island's emigrants: the next one, or all others."""

MAX_ISLANDS = 100_000
"""More would not fit in the memory of the process that keeps their states."""


@dataclass(frozen=True, slots=True)
class IslandConfig:
    """The shape of the search: islands, epochs and what an island remembers.

    Attributes:
        islands: number of logical islands; the result depends on it, on the number of workers it does not.
        generations_per_epoch: generations that an island runs before it is committed and exchanges migrants.
        batch_size: candidates per generation, evaluated in one call.
        tries: evaluations that one fingerprint gets before further candidates with it are duplicates.
        tries_elite: the same for fingerprints that are in the archive now; an evaluator that starts from
            random constants deserves many tries there.
        cache_size: fingerprints remembered per island.
        archive_per_niche: individuals with distinct fingerprints kept per niche.
        migrants: individuals sent to the next island of the ring after each epoch.
        migration: ``ring``; or ``broadcast``: all that an epoch scored goes to all islands, which so share one
            population with a fixed lag. That suits evaluators so dear that islands are there to keep workers busy.
    """

    islands: int = 4
    generations_per_epoch: int = 16
    batch_size: int = 256
    tries: int = 2
    tries_elite: int = 400
    cache_size: int = 200_000
    archive_per_niche: int = 40
    migrants: int = 8
    migration: str = "ring"

    def __post_init__(self) -> None:
        _require(self.migration in MIGRATIONS, "migration", f"one of {', '.join(MIGRATIONS)}", self.migration)
        for name in (row.name for row in fields(self)):
            if name == "migration":
                continue
            least = 0 if name in ("migrants", "cache_size") else 1
            value = getattr(self, name)
            _require(value >= least, name, f"at least {least}", value)
        _require(self.islands <= MAX_ISLANDS, "islands", f"at most {MAX_ISLANDS:,}", self.islands)
        _require(self.tries_elite >= self.tries, "tries_elite", f"at least tries ({self.tries})", self.tries_elite)

    @property
    def epoch_size(self) -> int:
        """Candidates per epoch of one island."""
        return self.generations_per_epoch * self.batch_size


@dataclass(frozen=True, slots=True)
class SelectionConfig:
    """How parents are chosen.

    Attributes:
        strategy: a name in :data:`engine.selection.STRATEGIES`.
        population: individuals that a strategy with a population keeps per island.
        tournament: individuals that compete to become a parent.
    """

    strategy: str = "niches"
    population: int = 256
    tournament: int = 4

    def __post_init__(self) -> None:
        _require(self.population >= 2, "population", "at least 2", self.population)
        _require(self.tournament >= 1, "tournament", "at least 1", self.tournament)


@dataclass(frozen=True, slots=True)
class VariationConfig:
    """How often each operator makes a candidate; the three weights need not sum to one.

    Attributes:
        random: weight of a random genome.
        mutate: weight of a mutated parent.
        crossover: weight of two parents recombined.
        more_mutations: probability of each further mutation after the first (geometric).
    """

    random: float = 0.03
    mutate: float = 0.8
    crossover: float = 0.17
    more_mutations: float = 0.3

    def __post_init__(self) -> None:
        for name in ("random", "mutate", "crossover"):
            value = getattr(self, name)
            _require(0 <= value < math.inf, name, "a weight of at least 0", value)
        _require(self.random > 0, "random", "above 0, since an empty island starts from random genomes", self.random)
        _require(0 <= self.more_mutations < 1, "more_mutations", "in [0, 1)", self.more_mutations)


@dataclass(frozen=True, slots=True)
class BudgetConfig:
    """When a search stops: at whichever limit it meets first.

    Attributes:
        seconds: wall-clock time, None for no limit.
        candidates: candidates in total, None for no limit; kept exactly, the last epoch is cut short.
        targets: vectors of one bound per objective (``inf`` for none); the search stops once each of them
            is met by some scored candidate in every objective. Empty for no target.
    """

    seconds: float | None = None
    candidates: int | None = None
    targets: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        for name in ("seconds", "candidates"):
            value = getattr(self, name)
            _require(value is None or value > 0, name, "above 0 (or None for no limit)", value)


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """Where epochs run; the result does not depend on it.

    Attributes:
        workers: worker processes of one CPU each; 0 runs the epochs in this process, without protection
            against candidates that crash or hang it.
        address: ``host:port`` of a Ray cluster to join; empty starts a local one.
        epochs_in_flight: epochs given to a worker at a time, so that it need not wait for the driver.
        candidate_timeout_seconds: a worker that shows no progress for so long is killed; its generation is
            run again one candidate at a time to find the one that hangs.
        start_timeout_seconds: time allowed for a worker to import and build the evaluator.
        object_store_bytes: shared memory of a local Ray.
    """

    workers: int = 2
    address: str = ""
    epochs_in_flight: int = 2
    candidate_timeout_seconds: float = 60.0
    start_timeout_seconds: float = 300.0
    object_store_bytes: int = 256 * 2**20

    def __post_init__(self) -> None:
        _require(self.workers >= 0, "workers", "at least 0", self.workers)
        _require(self.epochs_in_flight >= 1, "epochs_in_flight", "at least 1", self.epochs_in_flight)
        for name in ("candidate_timeout_seconds", "start_timeout_seconds"):
            _require(getattr(self, name) > 0, name, "above 0", getattr(self, name))


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """Everything that decides a search's result, given its space and evaluator.

    Attributes:
        seed: the root of every random draw.
        islands: the shape of the search.
        selection: how parents are chosen.
        variation: how candidates are made of them.
        budget: when to stop.
    """

    seed: int = 0
    islands: IslandConfig = field(default_factory=IslandConfig)
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    variation: VariationConfig = field(default_factory=VariationConfig)
    budget: BudgetConfig = field(default_factory=BudgetConfig)
