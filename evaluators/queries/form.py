"""The three forms that every query takes; each is linear: a table's answer is the sum of its rows' contributions.

Kernels that evolve tables see these forms alone, so that a new class of queries needs no new kernel.
Everything is a whole number, so that answers are exact and nothing drifts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.blocks import CHUNK_ROWS, Chunk, Codes, blocks, chunks, distinct

Factors: TypeAlias = dict[int, NDArray[np.int32]]
"""By column: a whole number for each code and query, ``(size of the column, num_queries)``."""

LARGEST = 2**31 - 1
MAX_CELLS = 2**25
"""Cells of one table; more take longer to read than a search lasts."""


@dataclass(frozen=True, eq=False)
class CellTable:
    """A histogram: every row counts in exactly one cell, that of its groups of codes.

    Attributes:
        columns: the columns that it looks at.
        levels: for each of them the group of each code, ``(size of the column,)``.
    """

    columns: tuple[int, ...]
    levels: tuple[NDArray[np.int32], ...]

    def __post_init__(self) -> None:
        assert self.columns and len(self.columns) == len(self.levels)
        if self.size > MAX_CELLS:
            raise ValueError(f"a table of {self.size:,} cells is too large, the limit is {MAX_CELLS:,}")

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Number of groups of each column."""
        return tuple(int(level.max()) + 1 for level in self.levels)

    @property
    def strides(self) -> tuple[int, ...]:
        """By how much the index of a cell grows with the group of each column."""
        return tuple(prod(self.shape[i + 1 :]) for i in range(len(self.shape)))

    @property
    def size(self) -> int:
        """Number of cells."""
        return prod(self.shape)

    def index(self, codes: Codes) -> NDArray[np.int32]:
        """Returns the cell of each row, ``(num_rows,)``."""
        return self._cells(codes.T)

    def add(self, chunk: Chunk, totals: NDArray[np.int64]) -> None:
        """Adds the rows of a chunk to the ``(size,)`` counts."""
        cells = self._cells(chunk)
        if self.size <= len(cells):
            totals += np.bincount(cells, minlength=self.size)
        else:  # few rows do not pay for a pass over all cells
            np.add.at(totals, cells, 1)

    def answers(self, codes: Codes, chunk_rows: int = CHUNK_ROWS) -> NDArray[np.int64]:
        """Returns the exact count of each cell, ``(size,)``."""
        return add_up((self,), codes, chunk_rows)

    def _cells(self, columns: NDArray[np.integer]) -> NDArray[np.int32]:
        cells: NDArray[np.int32] = self.levels[0].take(columns[self.columns[0]])
        for column, level, groups in zip(self.columns[1:], self.levels[1:], self.shape[1:], strict=True):
            cells *= groups
            cells += level.take(columns[column])
        return cells


@dataclass(frozen=True, eq=False)
class ProductQueries:
    """Sums of products: a row contributes to a query the product of one factor per column.

    Attributes:
        factors: by column, ``(size of the column, num_queries)``; columns that are left out have the factor 1.
    """

    factors: Factors

    def __post_init__(self) -> None:
        _check_widths(self.factors)
        if self.peak > LARGEST:
            raise ValueError(f"a row could contribute {self.peak:,} to a query, the limit is {LARGEST:,}")

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns that it looks at."""
        return tuple(self.factors)

    @property
    def size(self) -> int:
        """Number of queries."""
        return _width(self.factors)

    @cached_property
    def peak(self) -> int:
        """A bound on the absolute value of what a row contributes to a query, and of each partial product."""
        peaks = [np.maximum(1, magnitudes(factor)) for factor in self.factors.values()]
        return int(np.prod(peaks, axis=0, dtype=np.float64).max())

    def contributions(self, codes: Codes) -> NDArray[np.int64]:
        """Returns what each row contributes to each query, ``(num_rows, size)``: for few rows or few queries."""
        return _product(self.factors, codes.T, slice(None)).astype(np.int64)

    def add(self, chunk: Chunk, totals: NDArray[np.int64]) -> None:
        """Adds the contributions of a chunk to the ``(size,)`` sums."""
        rows, counts = _distinct_rows(self.factors, chunk)
        for some, queries in blocks(len(counts), self.size):
            part = {column: codes[some] for column, codes in rows.items()}
            totals[queries] += _weighted(counts[some], _product(self.factors, part, queries))

    def answers(self, codes: Codes, chunk_rows: int = CHUNK_ROWS) -> NDArray[np.int64]:
        """Returns the exact sum of each query, ``(size,)``."""
        return add_up((self,), codes, chunk_rows)


@dataclass(frozen=True, eq=False)
class HalfSpaceQueries:
    """Counts of the rows on one side of a hyperplane: those whose weights add up to the threshold at most.

    Attributes:
        weights: by column, fixed-point weights ``(size of the column, num_queries)``.
        thresholds: ``(num_queries,)`` in the same units.
        conditions: by column, 0 or 1 for each code and query; only rows with 1 in all of them count.
    """

    weights: Factors
    thresholds: NDArray[np.int32]
    conditions: Factors

    def __post_init__(self) -> None:
        _check_widths({-1: self.thresholds[None], **self.weights})
        _check_widths({-1: self.thresholds[None], **self.conditions})
        if self.peak > LARGEST:
            raise ValueError(f"the weights of a row could add up to {self.peak:,}, the limit is {LARGEST:,}")

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns that it looks at."""
        return tuple(dict.fromkeys((*self.weights, *self.conditions)))

    @property
    def size(self) -> int:
        """Number of queries."""
        return len(self.thresholds)

    @cached_property
    def peak(self) -> int:
        """A bound on the absolute value of a row's weights added up."""
        return int(np.sum([magnitudes(weights) for weights in self.weights.values()], axis=0, dtype=np.int64).max())

    def contributions(self, codes: Codes) -> NDArray[np.int64]:
        """Returns what each row contributes to each query, ``(num_rows, size)``: for few rows or few queries."""
        return self._hits(codes.T, slice(None)).astype(np.int64)

    def add(self, chunk: Chunk, totals: NDArray[np.int64]) -> None:
        """Adds the rows of a chunk to the ``(size,)`` counts."""
        rows, counts = _distinct_rows({**self.weights, **self.conditions}, chunk)
        for some, queries in blocks(len(counts), self.size):
            part = {column: codes[some] for column, codes in rows.items()}
            totals[queries] += _weighted(counts[some], self._hits(part, queries))

    def answers(self, codes: Codes, chunk_rows: int = CHUNK_ROWS) -> NDArray[np.int64]:
        """Returns the exact count of each query, ``(size,)``."""
        return add_up((self,), codes, chunk_rows)

    def _hits(self, columns: Columns, queries: slice) -> NDArray[np.int32]:
        first, *others = self.weights
        sums = _gather(self.weights[first], columns[first], queries)
        for column in others:
            sums += _gather(self.weights[column], columns[column], queries)
        hits = (sums <= self.thresholds[queries]).astype(np.int32)
        for column, condition in self.conditions.items():
            hits *= _gather(condition, columns[column], queries)
        return hits


Form: TypeAlias = CellTable | ProductQueries | HalfSpaceQueries
Columns: TypeAlias = Mapping[int, NDArray[np.integer]] | NDArray[np.integer]
"""The codes of some rows by column."""


def add_up(forms: Iterable[Form], codes: Codes, chunk_rows: int = CHUNK_ROWS) -> NDArray[np.int64]:
    """Returns the exact answers of several forms in one pass over a table, one form after the other."""
    known = tuple(forms)
    totals = [np.zeros(form.size, np.int64) for form in known]
    for chunk in chunks(codes, chunk_rows):
        for form, total in zip(known, totals, strict=True):
            form.add(chunk, total)
    return np.concatenate(totals)


def magnitudes(factor: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns the largest absolute value of each query's factor or weight, ``(num_queries,)``."""
    peaks: NDArray[np.int32] = np.maximum(-factor.min(axis=0), factor.max(axis=0))
    return peaks


def _width(factors: Factors) -> int:
    width: int = next(iter(factors.values())).shape[1]
    return width


def _check_widths(factors: Factors) -> None:
    assert factors and all(f.ndim == 2 and f.shape[1] == _width(factors) > 0 for f in factors.values())


def _distinct_rows(factors: Factors, chunk: Chunk) -> tuple[dict[int, NDArray[np.intp]], NDArray[np.int64]]:
    rows, counts = distinct([chunk[c] for c in factors], [len(factor) for factor in factors.values()])
    return dict(zip(factors, rows, strict=True)), counts


def _gather(factor: NDArray[np.int32], codes: NDArray[np.integer], queries: slice) -> NDArray[np.int32]:
    # unlike take(), this copies none of the rows that are not asked for
    return factor[codes, queries]


def _product(factors: Factors, columns: Columns, queries: slice) -> NDArray[np.int32]:
    first, *others = factors
    product = _gather(factors[first], columns[first], queries)
    for column in others:
        product *= _gather(factors[column], columns[column], queries)
    return product


def _weighted(counts: NDArray[np.int64], contributions: NDArray[np.int32]) -> NDArray[np.int64]:
    sums: NDArray[np.int64] = np.einsum("r,rq->q", counts, contributions, dtype=np.int64)
    return sums
