"""Targets: the cells of a landscape that rows can be put into, and the letters that lead there."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import CellTable
from evaluators.synthetic_data.alphabet import Alphabet
from evaluators.synthetic_data.landscape import UNIT, Landscape


class Targets(NamedTuple):
    """The cells, and for each group of a table's column the letters in it.

    Attributes:
        weights: float32 of shape (num_cells,): 1 / (2 sigma^2); 0 for cells that no row can be moved into.
        tables: int32 of shape (num_cells,): the table of each cell.
        offsets: int32 of shape (num_tables,): each table's first cell.
        columns: int32 of shape (num_tables, arity); the number of columns in slots without one.
        strides: int32 of shape (num_tables, arity): cells from a group of the column to the next.
        groups: int32 of shape (num_tables, arity): number of groups of the column.
        firsts: int32 of shape (num_tables, arity): where the column's groups begin in ``starts``.
        starts: int32, flat: where each group's letters begin in ``members``; behind a column's last, where they end.
        members: int32, flat: letters, group by group.
    """

    weights: jax.Array
    tables: jax.Array
    offsets: jax.Array
    columns: jax.Array
    strides: jax.Array
    groups: jax.Array
    firsts: jax.Array
    starts: jax.Array
    members: jax.Array

    def deficits(self, cells: jax.Array) -> jax.Array:
        """Returns how many rows each cell lacks, in units of its noise's variance.

        Args:
            cells: residuals, int32 of shape (num_cells,).

        Returns:
            float32 of shape (num_cells,), at least 0.
        """
        return self.weights * jnp.maximum(-cells, 0).astype(jnp.float32) / UNIT

    def entered(self, letters: jax.Array, cells: jax.Array, key: jax.Array) -> jax.Array:
        """Returns rows that were put into cells; letters of a group are drawn uniformly.

        Args:
            letters: of the rows, int32 of shape (batch, num_columns).
            cells: int32 of shape (batch,).
            key: of the draws.
        """
        tables = self.tables[cells]
        groups = (cells - self.offsets[tables])[:, None] // self.strides[tables] % self.groups[tables]
        places = self.firsts[tables] + groups
        starts, ends = self.starts[places], self.starts[places + 1]
        drawn = jax.random.randint(key, starts.shape, starts, jnp.maximum(ends, starts + 1))
        rows = jnp.arange(len(letters))[:, None]
        return letters.at[rows, self.columns[tables]].set(self.members[drawn], mode="drop")


def targets(landscape: Landscape) -> Targets | None:
    """Returns the cells of the tables of two columns or more, all of which may move; None where there are none.

    Single cells are the affair of :mod:`evaluators.synthetic_data.cell_moves`.

    Args:
        landscape: with the cell tables.
    """
    tables = [form for form in landscape.forms if isinstance(form, CellTable)]
    open_ = np.array([len(t.columns) > 1 and not landscape.fixed & set(t.columns) for t in tables], bool)
    if not open_.any():
        return None
    shape = landscape.cells.slot_columns.shape
    columns = np.full(shape, len(landscape.alphabets), np.int32)
    strides, groups, firsts = np.ones(shape, np.int32), np.ones(shape, np.int32), np.zeros(shape, np.int32)
    # slots without a column have one group with a letter that is dropped
    starts, members = [np.array([0, 1])], [np.zeros(1, np.int32)]
    num_starts, num_members = 2, 1
    weights = [np.repeat(landscape.cells.weights * open_, [t.size for t in tables])]
    for m, table in enumerate(tables):
        for s, (column, levels) in enumerate(zip(table.columns, table.levels, strict=True)):
            columns[m, s], strides[m, s], groups[m, s] = column, table.strides[s], table.shape[s]
            firsts[m, s] = num_starts
            listed, bounds = _members(landscape.alphabets[column], levels, table.shape[s])
            starts.append(num_members + bounds)
            members.append(listed)
            num_starts, num_members = num_starts + len(bounds), num_members + len(listed)
    return Targets(
        jnp.asarray(np.concatenate(weights)),
        jnp.asarray(landscape.cells.table_of),
        jnp.asarray(landscape.cells.offsets),
        jnp.asarray(columns),
        jnp.asarray(strides),
        jnp.asarray(groups),
        jnp.asarray(firsts),
        jnp.asarray(np.concatenate(starts).astype(np.int32)),
        jnp.asarray(np.concatenate(members)),
    )


def _members(
    letters: Alphabet, levels: NDArray[np.int32], num_groups: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Returns the letters of a column group by group, and where each group begins, the end last."""
    groups = levels[letters.representatives]
    bounds = np.concatenate(([0], np.cumsum(np.bincount(groups, minlength=num_groups))))
    return np.argsort(groups, kind="stable").astype(np.int32), bounds
