"""The cell tables of a landscape, laid flat: every row counts in exactly one cell of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import CellTable
from evaluators.synthetic_data.alphabet import Alphabet


@dataclass(frozen=True)
class CellLayout:
    """All cell tables, one after the other.

    A row falls into the cell ``offsets[m] + sum over s of steps[slot_starts[m, s] + letters[slot_columns[m, s]]]`` of
    table m.

    Attributes:
        offsets: int32 of shape (num_tables,): each table's first cell.
        slot_columns: int32 of shape (num_tables, arity): the table's columns, -1 in slots without one.
        slot_starts: int32 of shape (num_tables, arity): where the column's steps begin; 0, the zeros, without one.
        steps: int32, flat: for each table and column, how far each letter is from the table's first cell.
        weights: float32 of shape (num_tables,): 1 / (2 sigma^2).
        goals: int32 of shape (num_cells,), in units of 1/UNIT row.
    """

    offsets: NDArray[np.int32]
    slot_columns: NDArray[np.int32]
    slot_starts: NDArray[np.int32]
    steps: NDArray[np.int32]
    weights: NDArray[np.float32]
    goals: NDArray[np.int32]

    @property
    def num_tables(self) -> int:
        """Number of cell tables."""
        return len(self.offsets)

    @cached_property
    def table_of(self) -> NDArray[np.int32]:
        """The table of each cell, int32 of shape (num_cells,)."""
        sizes = np.diff(np.append(self.offsets, len(self.goals)))
        return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)

    def tables_with(self, column: int) -> NDArray[np.int64]:
        """Returns the tables that a column matters to."""
        return np.flatnonzero((self.slot_columns == column).any(axis=1))

    def column_steps(self, column: int, num_letters: int) -> NDArray[np.int32]:
        """Returns what each letter of a column adds to a row's cells, int32 of shape (tables with it, num_letters)."""
        tables = self.tables_with(column)
        slots = (self.slot_columns[tables] == column).argmax(axis=1)
        starts = self.slot_starts[tables, slots]
        steps: NDArray[np.int32] = self.steps[starts[:, None] + np.arange(num_letters)]
        return steps


def cell_layout(
    tables: Sequence[CellTable],
    goals: Sequence[NDArray[np.int32]],
    weights: Sequence[float],
    alphabets: Sequence[Alphabet],
) -> CellLayout:
    """Lays cell tables flat.

    Args:
        tables: any number.
        goals: per table int32 of shape (size,), in units of 1/UNIT row.
        weights: per table.
        alphabets: per column.
    """
    arity = max((len(table.columns) for table in tables), default=1)
    shape = (len(tables), arity)
    columns, starts = np.full(shape, -1, np.int32), np.zeros(shape, np.int32)
    # slots without a column read the zeros at the start, whatever the letter
    steps = [np.zeros(max((a.size for a in alphabets), default=1), np.int32)]
    position = len(steps[0])
    for m, table in enumerate(tables):
        for slot, (column, levels, stride) in enumerate(zip(table.columns, table.levels, table.strides, strict=True)):
            columns[m, slot], starts[m, slot] = column, position
            steps.append((levels[alphabets[column].representatives] * stride).astype(np.int32))
            position += len(steps[-1])
    sizes = [table.size for table in tables]
    offsets = np.concatenate(([0], np.cumsum(sizes)))[:-1].astype(np.int32)
    flat_goals = np.concatenate([np.zeros(0, np.int32), *goals])
    return CellLayout(offsets, columns, starts, np.concatenate(steps), np.asarray(weights, np.float32), flat_goals)
