"""The pairs of columns whose measured joint distribution the synthetic table has worst."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from runs.synthesis.answered import Answered
from runs.synthesis.report.data import Matrix, PairTable
from runs.synthesis.report.groups import groups_of
from search_spaces.synthetic_data.schema import Schema

_PAIRS = 4
_MOST_GROUPS = 18


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """A joint distribution of two columns, in private rows.

    Attributes:
        columns: the two.
        levels: the group of each of their codes.
        ours: the synthetic table's counts, ``(groups of the first, groups of the second)``.
        noisy: the measured ones.
        variance: of the noise in a count.
    """

    columns: tuple[int, int]
    levels: tuple[NDArray[np.int32], NDArray[np.int32]]
    ours: NDArray[np.float64]
    noisy: NDArray[np.float64]
    variance: float

    @property
    def ratio(self) -> float:
        """The mean squared difference over the variance of the noise."""
        return float(np.mean((self.ours - self.noisy) ** 2) / self.variance)


def worst_pairs(schema: Schema, answers: Sequence[Answered], private_rows: float) -> tuple[PairTable, ...]:
    """Returns the few pairs with the largest normalised residual, worst first.

    Args:
        schema: the columns.
        answers: of both tables; larger tables than of two columns are added up to pairs.
        private_rows: rows of the private table, public or estimated.
    """
    best: dict[tuple[int, int], tuple[float, float]] = {}
    for pair in _pairs(answers):
        held = best.get(pair.columns)
        if held is None or pair.variance < held[0]:
            best[pair.columns] = pair.variance, pair.ratio
    chosen = heapq.nlargest(_PAIRS, best, key=lambda columns: best[columns][1])
    shown: dict[tuple[int, int], PairTable] = {}
    for pair in _pairs(answers, frozenset(chosen)):
        if pair.columns not in shown and pair.variance == best[pair.columns][0]:
            shown[pair.columns] = _table(schema, pair, private_rows)
    return tuple(shown[columns] for columns in chosen)


def _pairs(answers: Sequence[Answered], wanted: frozenset[tuple[int, int]] | None = None) -> Iterator[_Pair]:
    """Yields the pairs of every table, one by one, so that no more than one is in memory."""
    for answer in answers:
        for table, ours, noisy in answer.cell_tables():
            for axes in combinations(range(len(table.columns)), 2):
                columns = table.columns[axes[0]], table.columns[axes[1]]
                if wanted is not None and columns not in wanted:
                    continue
                others = tuple(axis for axis in range(len(table.columns)) if axis not in axes)
                variance = answer.sigma**2 * table.size / (table.shape[axes[0]] * table.shape[axes[1]])
                levels = table.levels[axes[0]], table.levels[axes[1]]
                yield _Pair(columns, levels, ours.sum(axis=others), noisy.sum(axis=others), variance)


def _table(schema: Schema, pair: _Pair, private_rows: float) -> PairTable:
    first, second = (schema.columns[column] for column in pair.columns)
    rows = groups_of(first, pair.levels[0], pair.ours.sum(axis=1), _MOST_GROUPS)
    columns = groups_of(second, pair.levels[1], pair.ours.sum(axis=0), _MOST_GROUPS)
    merged = np.sqrt(pair.variance * np.outer(rows.counts, columns.counts))
    ours, noisy = (columns.totals(rows.totals(counts), 1) for counts in (pair.ours, pair.noisy))
    return PairTable(
        row=first.name,
        column=second.name,
        row_labels=rows.labels,
        column_labels=columns.labels,
        synthetic=_matrix(ours / private_rows),
        measured=_matrix(noisy / private_rows),
        deviations=_matrix(merged / private_rows),
        ratio=pair.ratio,
    )


def _matrix(values: NDArray[np.float64]) -> Matrix:
    return tuple(tuple(line) for line in values.tolist())
