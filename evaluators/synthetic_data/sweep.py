"""A sweep: every cell of a table is drawn anew once, column by column, block of rows by block of rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from evaluators.synthetic_data.cell_moves import CellContext, DenseContext, Residuals, draw_cells
from evaluators.synthetic_data.landscape import Landscape

MAX_BLOCK = 8192
"""Rows whose context is kept at a time."""

MAX_CONTEXT = 2**22
"""Numbers in the context of a block, rows times queries, at most."""

PADDED_LETTERS = (4, 8, 16, 32, 48, 64, 96)
"""Alphabets are padded to these sizes, and larger ones to multiples of 128, so that few shapes are compiled."""


class _CellPlan(NamedTuple):
    """How the context of a column's cell tables is made; padded to the same number of tables for all columns."""

    offsets: jax.Array
    slot_columns: jax.Array
    slot_starts: jax.Array
    flat_steps: jax.Array
    steps: jax.Array
    weights: jax.Array
    num_tables: jax.Array


class _DensePlan(NamedTuple):
    """How the context of a column's other queries is made: by lookup tables of all columns that matter."""

    every_addition: tuple[tuple[jax.Array, jax.Array], ...]
    every_factor: tuple[tuple[jax.Array, jax.Array], ...]
    additions: jax.Array
    factors: jax.Array
    thresholds: jax.Array
    weights: jax.Array


class _Plan(NamedTuple):
    """All that drawing the cells of one column needs."""

    column: jax.Array
    prior: jax.Array
    barriers: tuple[tuple[jax.Array, jax.Array], ...]
    cells: _CellPlan | None
    dense: _DensePlan | None


class Sweeper:
    """Sweeps over tables of one landscape.

    Attributes:
        block: rows whose cells are drawn in one call.

    Args:
        landscape: that scores the moves.
    """

    def __init__(self, landscape: Landscape) -> None:
        self._num_rows = landscape.num_rows
        self.block = _block_size(landscape)
        self._plans = [_plan(landscape, column) for column in _movable(landscape)]

    def padded(self, letters: NDArray[np.int32]) -> jax.Array:
        """Returns a table in letters with its rows padded to whole blocks, on the device.

        Args:
            letters: int32 of shape (num_columns, num_rows).
        """
        missing = -letters.shape[1] % self.block
        return jnp.asarray(np.pad(letters, ((0, 0), (0, missing))))

    def sweep(
        self, letters: jax.Array, residuals: Residuals, inverse_temperature: float, key: jax.Array
    ) -> tuple[jax.Array, Residuals]:
        """Draws every cell anew once.

        Args:
            letters: as of :meth:`padded`; given up.
            residuals: of the table; given up.
            inverse_temperature: in units of the noise.
            key: of the draws.

        Returns:
            letters and residuals afterwards.
        """
        order_key, key = jax.random.split(key)
        beta = jnp.float32(inverse_temperature)
        for i in np.asarray(jax.random.permutation(order_key, len(self._plans))):
            for start in range(0, self._num_rows, self.block):
                key, block_key = jax.random.split(key)
                count = jnp.int32(min(self.block, self._num_rows - start))
                letters, residuals = _draw_block(
                    letters, residuals, jnp.int32(start), count, beta, block_key, self._plans[i], self.block
                )
        return letters, residuals


@partial(jax.jit, static_argnames="block", donate_argnums=(0, 1))
def _draw_block(
    letters: jax.Array,
    residuals: Residuals,
    start: jax.Array,
    count: jax.Array,
    inverse_temperature: jax.Array,
    key: jax.Array,
    plan: _Plan,
    block: int,
) -> tuple[jax.Array, Residuals]:
    rows = lax.dynamic_slice_in_dim(letters, start, block, axis=1)
    old = lax.dynamic_index_in_dim(rows, plan.column, keepdims=False)
    residuals, new = draw_cells(
        residuals,
        old,
        count,
        jax.random.uniform(key, (block,), jnp.float32),
        plan.prior,
        _allowed(plan.barriers, rows),
        inverse_temperature,
        None if plan.cells is None else _cell_context(plan.cells, rows),
        None if plan.dense is None else _dense_context(plan.dense, plan.column, rows),
    )
    return lax.dynamic_update_slice(letters, new[None], (plan.column, start)), residuals


def _allowed(barriers: tuple[tuple[jax.Array, jax.Array], ...], rows: jax.Array) -> jax.Array | None:
    allowed = None
    for other, table in barriers:
        here = table[lax.dynamic_index_in_dim(rows, other, keepdims=False)]
        allowed = here if allowed is None else allowed & here
    return allowed


def _cell_context(plan: _CellPlan, rows: jax.Array) -> CellContext:
    steps = plan.flat_steps[plan.slot_starts + rows.T[:, plan.slot_columns]]
    first = plan.offsets + jnp.sum(steps, axis=2, dtype=jnp.int32)
    return CellContext(first, plan.steps, plan.weights, plan.num_tables)


def _dense_context(plan: _DensePlan, column: jax.Array, rows: jax.Array) -> DenseContext:
    shape = (rows.shape[1], len(plan.thresholds))
    sums, products = jnp.zeros(shape, jnp.int32), jnp.ones(shape, jnp.int32)
    # the column's own part is masked, not left out, so that columns of one size share what is compiled
    for other, additions in plan.every_addition:
        found = additions[lax.dynamic_index_in_dim(rows, other, keepdims=False)]
        sums += jnp.where(other == column, 0, found)
    for other, factors in plan.every_factor:
        found = factors[lax.dynamic_index_in_dim(rows, other, keepdims=False)]
        products *= jnp.where(other == column, 1, found)
    return DenseContext(sums, products, plan.additions, plan.factors, plan.thresholds, plan.weights)


def _movable(landscape: Landscape) -> list[int]:
    """Returns the columns that some query or constraint sees and that may be drawn anew."""
    return [c for c, letters in enumerate(landscape.alphabets) if letters.size > 1 and c not in landscape.fixed]


def _block_size(landscape: Landscape) -> int:
    most = min(MAX_BLOCK, max(16, MAX_CONTEXT // max(landscape.dense.size, 1)))
    return int(min(most, 1 << max(4, (landscape.num_rows - 1).bit_length())))


def _padded_letters(num_letters: int) -> int:
    return next((size for size in PADDED_LETTERS if size >= num_letters), -(-num_letters // 128) * 128)


def _plan(landscape: Landscape, column: int) -> _Plan:
    letters = landscape.alphabets[column]
    size = _padded_letters(letters.size)
    prior = np.full(size, -np.inf, np.float32)
    prior[: letters.size] = np.log(letters.multiplicities)
    barriers = []
    for (i, j), allowed in landscape.allowed.items():
        if column in (i, j):
            table = allowed if column == j else allowed.T
            barriers.append((jnp.int32(i if column == j else j), jnp.asarray(_pad(table, size))))
    return _Plan(
        jnp.int32(column),
        jnp.asarray(prior),
        tuple(barriers),
        _cell_plan(landscape, column, size),
        _dense_plan(landscape, column, size),
    )


def _cell_plan(landscape: Landscape, column: int, size: int) -> _CellPlan | None:
    cells = landscape.cells
    tables = cells.tables_with(column)
    if not len(tables):
        return None
    most = max(len(cells.tables_with(c)) for c in range(len(landscape.alphabets)))
    padding = ((0, most - len(tables)), (0, 0))
    mine = cells.slot_columns[tables] == column
    # the column's own slot, and those without a column, read a zero whatever stands in column 0
    columns = np.where(mine, 0, np.maximum(cells.slot_columns[tables], 0))
    starts = np.where(mine, 0, cells.slot_starts[tables])
    steps = _pad(cells.column_steps(column, landscape.alphabets[column].size), size)
    return _CellPlan(
        jnp.asarray(np.pad(cells.offsets[tables], padding[0])),
        jnp.asarray(np.pad(columns, padding)),
        jnp.asarray(np.pad(starts, padding)),
        jnp.asarray(cells.steps),
        jnp.asarray(np.pad(steps, padding)),
        jnp.asarray(np.pad(cells.weights[tables], padding[0])),
        jnp.int32(len(tables)),
    )


def _dense_plan(landscape: Landscape, column: int, size: int) -> _DensePlan | None:
    dense = landscape.dense
    if not dense.size or not dense.touches(column):
        return None
    num_letters = landscape.alphabets[column].size
    additions, factors = dense.additions[column], dense.factors[column]
    if additions is None:
        additions = np.zeros((num_letters, dense.size), np.int32)
    if factors is None:
        factors = np.ones((num_letters, dense.size), np.int32)
    return _DensePlan(
        _every(dense.additions),
        _every(dense.factors),
        jnp.asarray(_pad(additions.T, size).T),
        jnp.asarray(_pad(factors.T, size).T),
        jnp.asarray(dense.thresholds),
        jnp.asarray(dense.weights),
    )


def _every(luts: Sequence[NDArray[np.int32] | None]) -> tuple[tuple[jax.Array, jax.Array], ...]:
    return tuple((jnp.int32(c), jnp.asarray(lut)) for c, lut in enumerate(luts) if lut is not None)


def _pad(table: NDArray[Any], size: int) -> NDArray[Any]:
    """Pads the last axis with zeros."""
    return np.pad(table, [(0, 0)] * (table.ndim - 1) + [(0, size - table.shape[-1])])
