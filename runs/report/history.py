"""What the evaluation table tells of the search's course: the best error of every size, candidate by candidate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from runs.folder.table import part_paths, read_parquet
from runs.report.data import RANDOM, Convergence, Rival

RANDOM_OPERATOR = "random"

Scored = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]
"""Of the scored rows of a part: how many candidates had been tried, operations, errors, whether made at random."""


def read_history(
    folder: Path, operations: str, error: str, rows: int
) -> tuple[tuple[Convergence, ...], tuple[Rival, ...]]:
    """Reads the course of a search, one part of the table in memory at a time.

    Args:
        folder: of the table's parts.
        operations: the column of the number of operations.
        error: the column of the error.
        rows: how many rows of the table belong to the run.

    Returns:
        the convergence of every size, and the best random program of every size that beats all smaller ones.
    """
    steps: dict[int, tuple[list[int], list[float]]] = {}
    random: dict[int, float] = {}
    for tried, sizes, errors, is_random in _scored(folder, operations, error, rows):
        for size in map(int, np.unique(sizes)):
            chosen = sizes == size
            _extend(steps.setdefault(size, ([], [])), tried[chosen], errors[chosen])
            of_random = errors[chosen & is_random]
            if of_random.size:
                random[size] = min(random.get(size, np.inf), float(of_random.min()))
    convergence = tuple(Convergence(size, tuple(steps[size][0]), tuple(steps[size][1])) for size in sorted(steps))
    return convergence, _staircase(random)


def _scored(folder: Path, operations: str, error: str, rows: int) -> Iterator[Scored]:
    first = 0
    for path in part_paths(folder):
        table = read_parquet(path, [operations, error, "operator"]).slice(0, rows - first)
        sizes = table[operations].to_numpy(zero_copy_only=False)
        errors = table[error].to_numpy(zero_copy_only=False)
        is_random = np.asarray(pc.equal(table["operator"], RANDOM_OPERATOR).to_numpy(zero_copy_only=False), dtype=bool)
        kept = np.isfinite(sizes) & np.isfinite(errors)
        tried = first + 1 + np.flatnonzero(kept)
        yield tried, sizes[kept], errors[kept], is_random[kept]
        first += len(table)
        if first >= rows:
            return


def _extend(steps: tuple[list[int], list[float]], tried: NDArray[np.int64], errors: NDArray[np.float64]) -> None:
    """Appends the candidates that were better than all before them."""
    candidates, best = steps
    before = np.minimum.accumulate(np.concatenate([[best[-1] if best else np.inf], errors]))[:-1]
    for index in np.flatnonzero(errors < before):
        candidates.append(int(tried[index]))
        best.append(float(errors[index]))


def _staircase(best: dict[int, float]) -> tuple[Rival, ...]:
    rivals: list[Rival] = []
    for size in sorted(best):
        if not rivals or best[size] < rivals[-1].max_error:
            rivals.append(Rival(RANDOM, size, best[size]))
    return tuple(rivals)
