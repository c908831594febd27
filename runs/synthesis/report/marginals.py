"""The distributions of single columns: the synthetic table's beside what the noisy answers say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from runs.synthesis.answered import Answered
from runs.synthesis.report.data import Marginal
from runs.synthesis.report.groups import groups_of
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema

_BARS = 2_600
"""Bars of all charts together, so that a page about many columns stays small."""

_MOST_BARS, _LEAST_BARS = 64, 8
_MOST_ROWS = 16
"""Values that are drawn as rows, each with its name."""


@dataclass(frozen=True, slots=True, eq=False)
class _Estimate:
    """What the noisy answers say of one grouping of a column; independent estimates are weighted by their precision.

    Attributes:
        levels: the group of each code.
        counts: estimates of the private counts, each ``(num_groups,)``.
        variances: of each estimate's counts.
        orders: of the tables that they were added up from.
    """

    levels: NDArray[np.int32]
    counts: list[NDArray[np.float64]] = field(default_factory=list)
    variances: list[float] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)

    def combined(self) -> tuple[NDArray[np.float64], float]:
        """Returns the estimate with the least variance that these allow, and its variance."""
        weights = 1 / np.array(self.variances)
        return np.average(self.counts, axis=0, weights=weights), float(1 / weights.sum())

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        if self.orders == [1]:
            return "measured"
        tables = "one measured table" if len(self.orders) == 1 else f"{len(self.orders)} measured tables"
        return f"implied by {tables}"


def marginals(schema: Schema, codes: Codes, answers: Sequence[Answered], private_rows: float) -> tuple[Marginal, ...]:
    """Returns the distribution of every column.

    Args:
        schema: the columns.
        codes: of the synthetic table.
        answers: of both tables.
        private_rows: rows of the private table, public or estimated.
    """
    most = max(_LEAST_BARS, min(_MOST_BARS, _BARS // len(schema.columns)))
    estimates = _estimates(len(schema.columns), answers)
    return tuple(
        _marginal(column, codes[:, place], _chosen(column, estimates[place]), private_rows, most)
        for place, column in enumerate(schema.columns)
    )


def _estimates(num_columns: int, answers: Sequence[Answered]) -> list[dict[bytes, _Estimate]]:
    """Returns the estimates of each column by grouping."""
    found: list[dict[bytes, _Estimate]] = [{} for _ in range(num_columns)]
    for answer in answers:
        for table, _, noisy in answer.cell_tables():
            for axis, (column, levels) in enumerate(zip(table.columns, table.levels, strict=True)):
                others = tuple(other for other in range(noisy.ndim) if other != axis)
                estimate = found[column].setdefault(levels.tobytes(), _Estimate(levels))
                estimate.counts.append(noisy.sum(axis=others))
                estimate.variances.append(answer.sigma**2 * table.size / table.shape[axis])
                estimate.orders.append(len(table.columns))
    return found


def _chosen(column: Column, estimates: dict[bytes, _Estimate]) -> _Estimate | None:
    """Returns the estimate of the column's own groups, or else of the finest; None when nothing was measured."""
    own = estimates.get(column.group_of.tobytes())
    return own or max(estimates.values(), key=lambda estimate: int(estimate.levels[-1]), default=None)


def _marginal(
    column: Column, codes: NDArray[np.int32], estimate: _Estimate | None, private_rows: float, most: int
) -> Marginal:
    levels = column.group_of if estimate is None else estimate.levels
    ours = np.bincount(levels[codes], minlength=int(levels[-1]) + 1) / len(codes)
    measured, variance = (ours, 0.0) if estimate is None else estimate.combined()
    drawn_as_rows = not column.is_numeric or len(ours) <= _MOST_ROWS
    groups = groups_of(column, levels, ours, min(most, _MOST_ROWS) if drawn_as_rows else most)
    noisy: tuple[float, ...] = ()
    deviations: tuple[float, ...] = ()
    if estimate is not None:
        noisy = tuple(map(float, groups.totals(measured) / private_rows))
        deviations = tuple(map(float, np.sqrt(variance * groups.counts) / private_rows))
    return Marginal(
        column=column.name,
        labels=groups.labels,
        synthetic=tuple(map(float, groups.totals(ours))),
        measured=noisy,
        deviations=deviations,
        is_ordered=not drawn_as_rows,
        source="" if estimate is None else estimate.source,
        ticks=groups.ticks,
    )
