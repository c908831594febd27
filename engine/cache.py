"""The cache of fingerprints: what was evaluated before, how often, and how well it did.

Reject what behaves like a known program before paying for it, after the functional equivalence cache of
AutoML-Zero (Real et al. 2020, arXiv 2003.03384, section 3.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.individual import Individual

NEVER: tuple[float, ...] = ()
"""The best objectives of a fingerprint that was never scored."""

BANNED = int(np.iinfo(np.int64).max)
"""Stands for the evaluations of a fingerprint that may have no more."""


def _integers() -> NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Cache:
    """A bounded, immutable table of fingerprints in ascending order.

    Attributes:
        capacity: rows kept; the least recently used are dropped at the end of an epoch.
        hits: evaluations saved so far.
        fingerprints: int64 ``(n,)``, ascending.
        first_ids: int64 ``(n,)``, the first candidate with that fingerprint.
        evaluations: int64 ``(n,)``, evaluations spent on it.
        last_used: int64 ``(n,)``, the last candidate with that fingerprint.
        best: float64 ``(n, num_objectives)``, the best objectives; NaN where never scored.
        refined_from: float64 ``(n,)``, the last objective of the best potential that was refined; NaN where none was.
    """

    capacity: int
    hits: int = 0
    fingerprints: NDArray[np.int64] = field(default_factory=_integers)
    first_ids: NDArray[np.int64] = field(default_factory=_integers)
    evaluations: NDArray[np.int64] = field(default_factory=_integers)
    last_used: NDArray[np.int64] = field(default_factory=_integers)
    best: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    refined_from: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.fingerprints)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Returns the columns by name."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = ("fingerprints", "first_ids", "evaluations", "last_used", "best", "refined_from")
"""The columns of a :class:`Cache`."""

BETTER = 0.9
"""A potential must be this much better than the one refined before; else refining would only find the same again."""


@dataclass(slots=True)
class Entry:
    """What is known of one fingerprint while an epoch runs.

    Attributes:
        first_id: the first candidate with it.
        evaluations: evaluations spent on it.
        last_used: the last candidate with it.
        best: its best objectives, :data:`NEVER` if it was never scored.
        refined_from: the last objective of the best potential that was refined, NaN if none was.
    """

    first_id: int
    evaluations: int
    last_used: int
    best: tuple[float, ...] = NEVER
    refined_from: float = math.nan


class CacheSession:
    """A cache opened for one epoch: the rows that the epoch touches are held apart and merged at its end."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._touched: dict[int, Entry] = {}
        self._rows: list[int] = []
        self._hits = cache.hits

    def load(self, fingerprints: Sequence[int]) -> None:
        """Looks up the fingerprints that :meth:`admit` is about to be asked for, all at once since that is cheap."""
        cache = self._cache
        wanted = np.array([f for f in fingerprints if f not in self._touched], dtype=np.int64)
        rows = np.searchsorted(cache.fingerprints, wanted)
        known = rows < len(cache)
        known[known] = cache.fingerprints[rows[known]] == wanted[known]
        for row in np.unique(rows[known]).tolist():
            best = tuple(cache.best[row].tolist())
            self._rows.append(row)
            self._touched[int(cache.fingerprints[row])] = Entry(
                first_id=int(cache.first_ids[row]),
                evaluations=int(cache.evaluations[row]),
                last_used=int(cache.last_used[row]),
                best=NEVER if any(map(math.isnan, best)) else best,
                refined_from=float(cache.refined_from[row]),
            )

    def admit(self, fingerprint: int, candidate: int, tries: int) -> int | None:
        """Asks for an evaluation of a fingerprint, and counts it.

        Args:
            fingerprint: of the candidate's canonical genome, loaded.
            candidate: its id.
            tries: evaluations that this fingerprint may have in all.

        Returns:
            None when the candidate may be evaluated, else the id of the candidate that it repeats.
        """
        entry = self._touched.get(fingerprint)
        if entry is None:
            self._touched[fingerprint] = Entry(candidate, 1, candidate)
            return None
        entry.last_used = candidate
        if entry.evaluations >= tries:
            self._hits += 1
            return entry.first_id
        entry.evaluations += 1
        return None

    def note(self, individuals: Sequence[Individual[Any]]) -> None:
        """Counts an evaluation that was made elsewhere for each of the individuals."""
        self.load([individual.fingerprint for individual in individuals])
        for individual in individuals:
            entry = self._touched.setdefault(individual.fingerprint, Entry(individual.id, 0, individual.id))
            entry.evaluations = min(entry.evaluations + 1, BANNED)
            self.improves(individual.fingerprint, individual.objectives)

    def ban(self, fingerprint: int) -> None:
        """Makes every further candidate with an admitted fingerprint a duplicate: it crashes or hangs."""
        self._touched[fingerprint].evaluations = BANNED

    def may_refine(self, fingerprint: int, potential: tuple[float, ...]) -> bool:
        """Tells whether refining from a potential may find more than before, and notes it if so."""
        entry = self._touched[fingerprint]
        if potential[-1] >= BETTER * entry.refined_from:
            return False
        entry.refined_from = potential[-1]
        return True

    def improves(self, fingerprint: int, objectives: tuple[float, ...]) -> bool:
        """Notes the objectives of an admitted fingerprint and tells whether they are its best so far."""
        entry = self._touched[fingerprint]
        if entry.best and objectives >= entry.best:
            return False
        entry.best = objectives
        return True

    def close(self) -> Cache:
        """Returns the cache with the epoch's rows merged in and the least recently used dropped."""
        if not self._touched:
            return self._cache
        added = self._touched_rows()
        cache = self._cache
        width = max(added["best"].shape[1], cache.best.shape[1])
        added["best"], best = _widened(added["best"], width), _widened(cache.best, width)
        old = {**cache.arrays(), "best": best}
        untouched = np.ones(len(cache), dtype=np.bool_)
        untouched[self._rows] = False
        old = {name: column[untouched] for name, column in old.items()}
        at = np.searchsorted(old["fingerprints"], added["fingerprints"])
        merged = {name: np.insert(old[name], at, added[name], axis=0) for name in COLUMNS}
        surplus = len(merged["fingerprints"]) - cache.capacity
        if surplus > 0:
            recent = merged["last_used"] > np.partition(merged["last_used"], surplus - 1)[surplus - 1]
            merged = {name: column[recent] for name, column in merged.items()}
        return Cache(cache.capacity, self._hits, **merged)

    def _touched_rows(self) -> dict[str, NDArray[Any]]:
        fingerprints = sorted(self._touched)
        entries = [self._touched[fingerprint] for fingerprint in fingerprints]
        width = max(len(entry.best) for entry in entries)
        best = [entry.best or (math.nan,) * width for entry in entries]
        return {
            "fingerprints": np.array(fingerprints, dtype=np.int64),
            "first_ids": np.array([entry.first_id for entry in entries], dtype=np.int64),
            "evaluations": np.array([entry.evaluations for entry in entries], dtype=np.int64),
            "last_used": np.array([entry.last_used for entry in entries], dtype=np.int64),
            "best": np.array(best, dtype=np.float64).reshape(len(entries), width),
            "refined_from": np.array([entry.refined_from for entry in entries], dtype=np.float64),
        }


def _widened(best: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Gives rows from before the first scored candidate, when the number of objectives was unknown, their NaN."""
    return best if best.shape[1] == width else np.full((len(best), width), np.nan)
