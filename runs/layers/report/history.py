"""What the evaluation table tells of a search's course, read one part at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from runs.folder.table import part_paths, read_parquet
from runs.layers.report.data import Course, Operator, Trial

MOST_TRIALS = 1500
"""Points of the chart; more cannot be told apart."""


@dataclass(frozen=True, slots=True)
class History:
    """The course of a search; arrays have one entry per scored candidate, in the order of their ids.

    Attributes:
        ids: of the candidates.
        tried: how many candidates there were up to each, itself included.
        seconds: into the search, by the shares of the evaluations' own times.
        errors: ``(candidates, networks)``, on the search images.
        operators: what made each.
        made: candidates by operator, scored or not.
        total_seconds: of the search.
        total: number of candidates.
    """

    ids: NDArray[np.int64]
    tried: NDArray[np.int64]
    seconds: NDArray[np.float64]
    errors: NDArray[np.float64]
    operators: NDArray[np.str_]
    made: Counter[str]
    total_seconds: float
    total: int

    @property
    def means(self) -> NDArray[np.float64]:
        """The mean error over the networks of each."""
        return np.asarray(self.errors.mean(axis=1))

    @property
    def records(self) -> NDArray[np.bool_]:
        """Which of them were better than all before."""
        means = self.means
        before = np.minimum.accumulate(np.concatenate([[np.inf], means]))[: len(means)]
        return np.asarray(means < before)


def read_history(folder: Path, rows: int, errors: list[str], seconds: float) -> History:
    """Reads the course of a search.

    Args:
        folder: of the evaluation table's parts.
        rows: of the table that belong to the run.
        errors: the columns of the errors.
        seconds: that the search took; how far into it a candidate was is told by the sum of the evaluations' times up
            to it, as a share of that of all.

    Raises:
        ValueError: naming the part that is missing or broken.
    """
    ids, tried, work, figures, operators = [], [], [], [], []
    made: Counter[str] = Counter()
    first, spent = 0, 0.0
    for path in part_paths(folder):
        table = read_parquet(path, ["id", "operator", "status", "seconds", *errors]).slice(0, max(0, rows - first))
        names = np.array(table["operator"].cast("string").to_pylist(), dtype=np.str_)
        made.update(names.tolist())
        columns = [table[name].to_numpy(zero_copy_only=False) for name in errors]
        found = np.column_stack(columns).astype(float)
        scored = np.asarray(pc.equal(table["status"].cast("string"), "scored").to_numpy(zero_copy_only=False), bool)
        scored &= np.isfinite(found).all(axis=1)
        elapsed = spent + np.cumsum(np.nan_to_num(table["seconds"].to_numpy(zero_copy_only=False)))
        ids.append(table["id"].to_numpy(zero_copy_only=False)[scored])
        tried.append(first + 1 + np.flatnonzero(scored))
        work.append(elapsed[scored])
        figures.append(found[scored])
        operators.append(names[scored])
        first, spent = first + len(table), float(elapsed[-1]) if len(elapsed) else spent
    total = first
    nothing = np.zeros((0, len(errors)))
    of_work = np.concatenate([np.zeros(0), *work])
    counted = np.concatenate([np.zeros(0, np.int64), *tried])
    shares = of_work / spent if spent > 0 else counted / max(total, 1)
    return History(
        ids=np.concatenate([np.zeros(0, np.int64), *ids]),
        tried=counted,
        seconds=seconds * shares,
        errors=np.concatenate([nothing, *figures]),
        operators=np.concatenate([np.zeros(0, np.str_), *operators]),
        made=made,
        total_seconds=seconds,
        total=total,
    )


def course_of(history: History, label: str) -> Course:
    """Returns the best mean error so far, at every candidate that improved it.

    Args:
        history: of a search.
        label: by which it is named.
    """
    kept = history.records
    return Course(
        label=label,
        seconds=tuple(history.seconds[kept].tolist()),
        candidates=tuple(history.tried[kept].tolist()),
        errors=tuple(history.means[kept].tolist()),
        total_seconds=history.total_seconds,
        total_candidates=history.total,
        scored=len(history.ids),
    )


def trials_of(history: History) -> tuple[Trial, ...]:
    """Returns the scored candidates in the course of the search; of very many, evenly spaced ones."""
    count = len(history.ids)
    means = history.means
    places = sorted({int(place) for place in np.linspace(0, count - 1, min(count, MOST_TRIALS)).round()})
    return tuple(
        Trial(
            float(history.seconds[place]), int(history.tried[place]), float(means[place]), str(history.operators[place])
        )
        for place in places
    )


def operators_of(history: History) -> tuple[Operator, ...]:
    """Returns what came of the candidates of each operator, the most used first."""
    means, records = history.means, history.records
    found = []
    for name, made in history.made.most_common():
        own = history.operators == name
        errors = means[own]
        best, median = (float(errors.min()), float(np.median(errors))) if errors.size else (None, None)
        found.append(Operator(name, made, int(own.sum()), int(records[own].sum()), best, median))
    return tuple(found)
