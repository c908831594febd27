"""What single rows count in: their cell of each cell table, and their contribution to each other query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.dense_layout import Luts
from evaluators.synthetic_data.landscape import UNIT, Landscape


class CellLookup(NamedTuple):
    """Cell tables; a leading axis stands for several lists of them, of which :meth:`of` takes one.

    Attributes:
        offsets: int32 of shape (num_tables,): each table's first cell.
        slot_columns: int32 of shape (num_tables, arity): the tables' columns.
        slot_starts: int32 of shape (num_tables, arity): where the column's steps begin in ``steps``.
        weights: float32 of shape (num_tables,): 1 / (2 sigma^2); 0 for padding, in which each row is in cell 0.
        steps: int32, flat; of no leading axis.
    """

    offsets: jax.Array
    slot_columns: jax.Array
    slot_starts: jax.Array
    weights: jax.Array
    steps: jax.Array

    def of(self, i: jax.Array) -> CellLookup:
        """Returns one of several lists of tables."""
        return CellLookup(self.offsets[i], self.slot_columns[i], self.slot_starts[i], self.weights[i], self.steps)

    def cells(self, letters: jax.Array) -> jax.Array:
        """Returns the cells that rows are in.

        Args:
            letters: int32 of shape (..., num_columns).

        Returns:
            int32 of shape (..., num_tables).
        """
        steps = self.steps[self.slot_starts + letters[..., self.slot_columns]]
        return jnp.asarray(self.offsets + jnp.sum(steps, axis=-1, dtype=jnp.int32))


class DenseLookup(NamedTuple):
    """The other queries.

    Attributes:
        additions: by column, int32 of shape (num_letters, num_queries), of the columns that add.
        factors: the same of the columns that multiply.
        thresholds: int32 of shape (num_queries,).
        weights: float32 of shape (num_queries,): 1 / (2 sigma^2).
    """

    additions: dict[int, jax.Array]
    factors: dict[int, jax.Array]
    thresholds: jax.Array
    weights: jax.Array

    def contributions(self, letters: jax.Array) -> jax.Array:
        """Returns what rows contribute.

        Args:
            letters: int32 of shape (..., num_columns).

        Returns:
            int32 of shape (..., num_queries).
        """
        shape = (*letters.shape[:-1], len(self.thresholds))
        sums, products = jnp.zeros(shape, jnp.int32), jnp.ones(shape, jnp.int32)
        for column, additions in self.additions.items():
            sums += additions[letters[..., column]]
        for column, factors in self.factors.items():
            products *= factors[letters[..., column]]
        return jnp.where(sums <= self.thresholds, products, 0)


class RowAnswers(NamedTuple):
    """The queries that rows are looked up in.

    Attributes:
        cells: the cell tables; None without any.
        dense: the other queries; None without any.
    """

    cells: CellLookup | None
    dense: DenseLookup | None

    def pulls(self, letters: jax.Array, residuals: Residuals) -> jax.Array:
        """Returns by how much rows are too many: the slope of the energy in their number.

        Args:
            letters: int32 of shape (..., num_columns).
            residuals: of the table that the rows are of.

        Returns:
            float32 of shape (...,).
        """
        found = jnp.zeros(letters.shape[:-1], jnp.float32)
        if self.cells is not None:
            found += residuals.cells[self.cells.cells(letters)].astype(jnp.float32) @ self.cells.weights
        if self.dense is not None:
            slopes = self.dense.weights * residuals.dense.astype(jnp.float32)
            found += self.dense.contributions(letters).astype(jnp.float32) @ slopes
        return jnp.asarray(found * jnp.float32(2 / UNIT))


def row_answers(landscape: Landscape) -> RowAnswers:
    """Returns all queries of a landscape, ready for looking rows up."""
    dense = landscape.dense
    cells = _lookup(landscape, np.arange(landscape.cells.num_tables), landscape.cells.num_tables)
    return RowAnswers(
        CellLookup(*map(jnp.asarray, (*cells, landscape.cells.steps))) if landscape.cells.num_tables else None,
        DenseLookup(
            _present(dense.additions),
            _present(dense.factors),
            jnp.asarray(dense.thresholds),
            jnp.asarray(dense.weights),
        )
        if dense.size
        else None,
    )


def tables_by_column(landscape: Landscape, columns: Sequence[int]) -> CellLookup | None:
    """Returns the cell tables that each column matters to, one list per column; None where there are none."""
    lists = [landscape.cells.tables_with(column) for column in columns]
    most = max(map(len, lists), default=0)
    if not most:
        return None
    stacked = (np.stack(arrays) for arrays in zip(*(_lookup(landscape, tables, most) for tables in lists), strict=True))
    return CellLookup(*map(jnp.asarray, (*stacked, landscape.cells.steps)))


def _lookup(landscape: Landscape, tables: NDArray[np.int64], size: int) -> tuple[NDArray[np.generic], ...]:
    """Returns offsets, columns, starts and weights of tables, padded to a number of them."""
    cells = landscape.cells
    # slots without a column read a zero whatever stands in column 0
    arrays = cells.offsets, np.maximum(cells.slot_columns, 0), cells.slot_starts, cells.weights
    missing = size - len(tables)
    return tuple(np.pad(array[tables], [(0, missing)] + [(0, 0)] * (array.ndim - 1)) for array in arrays)


def _present(luts: Luts) -> dict[int, jax.Array]:
    return {column: jnp.asarray(lut) for column, lut in enumerate(luts) if lut is not None}
