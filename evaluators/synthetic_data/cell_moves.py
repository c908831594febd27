"""Cell moves: row after row, one cell is drawn anew among all its values, each scored exactly.

The residuals that a value would touch are gathered, which costs the queries on the cell's column and neither rows nor
other queries. A value is drawn by Boltzmann selection (Gibbs sampling), so that at falling temperature the table
settles where as many different tables as possible meet the answers. A row sees all earlier rows' moves.

On a CPU, XLA compiles the loop over rows into one function when it is told that the loop is small
(:data:`evaluators.settings.XLA_FLAGS`); a move then takes about half a microsecond. The loop must keep to what such a
function may hold: no custom call, scatter or sort.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.synthetic_data.landscape import UNIT


class Residuals(NamedTuple):
    """By how much a table's answers exceed the goals, in units of 1/UNIT row.

    Attributes:
        cells: int32 of shape (num_cells,).
        dense: int64 of shape (num_queries,).
    """

    cells: jax.Array
    dense: jax.Array


class CellContext(NamedTuple):
    """What cell tables say of a block of rows and a column, the column's own part left out.

    Attributes:
        first: int32 of shape (block, num_tables): the row's cell were its letter's step 0.
        steps: int32 of shape (num_tables, num_letters).
        weights: float32 of shape (num_tables,); 0 for padding.
        num_tables: int32: those that are no padding.
    """

    first: jax.Array
    steps: jax.Array
    weights: jax.Array
    num_tables: jax.Array


class DenseContext(NamedTuple):
    """What the other queries say of a block of rows and a column, the column's own part left out.

    Attributes:
        sums: int32 of shape (block, num_queries): the additions of the other columns.
        products: int32 of shape (block, num_queries): the factors of the other columns.
        additions: int32 of shape (num_letters, num_queries).
        factors: int32 of shape (num_letters, num_queries).
        thresholds: int32 of shape (num_queries,).
        weights: float32 of shape (num_queries,).
    """

    sums: jax.Array
    products: jax.Array
    additions: jax.Array
    factors: jax.Array
    thresholds: jax.Array
    weights: jax.Array


def draw_cells(
    residuals: Residuals,
    letters: jax.Array,
    num_rows: jax.Array,
    uniforms: jax.Array,
    prior: jax.Array,
    allowed: jax.Array | None,
    inverse_temperature: jax.Array,
    cells: CellContext | None,
    dense: DenseContext | None,
) -> tuple[Residuals, jax.Array]:
    """Draws the cells of a block of rows in one column, one after the other.

    Args:
        residuals: before.
        letters: int32 of shape (block,): the column's letters.
        num_rows: int32: rows of the block that count; the rest is padding.
        uniforms: float32 of shape (block,), in [0, 1).
        prior: float32 of shape (num_letters,): logarithms of how many codes each letter stands for, -inf for padding.
        allowed: bool of shape (block, num_letters): what constraints allow in each row; None without constraints.
        inverse_temperature: float32.
        cells: of the cell tables on the column; None without any.
        dense: of the other queries on the column; None without any.

    Returns:
        residuals and letters afterwards; letters of padding are arbitrary.
    """

    def draw(row: jax.Array, state: tuple[Residuals, jax.Array]) -> tuple[Residuals, jax.Array]:
        found, drawn = state
        old = letters[row]
        slopes = jnp.zeros_like(prior)
        if cells is not None:
            found = found._replace(cells=_count_cells(cells, found.cells, row, old, -UNIT))
            slopes += _cell_slopes(cells, found.cells, row, slopes)
        if dense is not None:
            found = found._replace(dense=found.dense - UNIT * _contributions(dense, row, old))
            slopes += _dense_slopes(dense, found.dense, row)
        logits = prior - inverse_temperature * slopes
        if allowed is not None:
            logits = jnp.where(lax.dynamic_index_in_dim(allowed, row, keepdims=False), logits, -jnp.inf)
        new = _choice(logits, uniforms[row])
        if cells is not None:
            found = found._replace(cells=_count_cells(cells, found.cells, row, new, UNIT))
        if dense is not None:
            found = found._replace(dense=found.dense + UNIT * _contributions(dense, row, new))
        return found, lax.dynamic_update_slice(drawn, new[None], (row,))

    # what is drawn goes to an array of its own: reading and writing one would have XLA copy it in every step
    found, drawn = lax.fori_loop(0, num_rows, draw, (residuals, jnp.zeros_like(letters)))
    return found, drawn


def _choice(logits: jax.Array, uniform: jax.Array) -> jax.Array:
    """Draws a letter with probability proportional to exp(logit)."""
    odds = jnp.exp(logits - jnp.max(logits))
    total = jnp.cumsum(odds)
    letters = jnp.arange(len(logits), dtype=jnp.int32)
    # sums may be rounded so that they grow, or fall, at letters without a chance, which must never be drawn
    last = jnp.max(jnp.where(odds > 0, letters, 0))
    return jnp.min(jnp.where((total > uniform * total[-1]) & (odds > 0), letters, last))


def _cell_slopes(context: CellContext, cells: jax.Array, row: jax.Array, zeros: jax.Array) -> jax.Array:
    """Returns the energy that each letter adds to a table without the row, up to a constant."""
    first = lax.dynamic_index_in_dim(context.first, row, keepdims=False)

    def add(table: jax.Array, slopes: jax.Array) -> jax.Array:
        found = cells[first[table] + context.steps[table]]
        return slopes + context.weights[table] * found.astype(jnp.float32)

    slopes = jnp.asarray(lax.fori_loop(0, context.num_tables, add, zeros))
    return jnp.asarray(slopes * jnp.float32(2 / UNIT))


def _count_cells(context: CellContext, cells: jax.Array, row: jax.Array, letter: jax.Array, change: int) -> jax.Array:
    first = lax.dynamic_index_in_dim(context.first, row, keepdims=False)

    def count(table: jax.Array, cells: jax.Array) -> jax.Array:
        where = first[table] + context.steps[table, letter]
        changed: jax.Array = lax.dynamic_slice(cells, (where,), (1,)) + change
        return jnp.asarray(lax.dynamic_update_slice(cells, changed, (where,)))

    return jnp.asarray(lax.fori_loop(0, context.num_tables, count, cells))


def _contributions(context: DenseContext, row: jax.Array, letter: jax.Array) -> jax.Array:
    """Returns what the row contributes to each query with a letter, int64 of shape (num_queries,)."""
    sums, products = context.sums[row] + context.additions[letter], context.products[row] * context.factors[letter]
    return jnp.where(sums <= context.thresholds, products, 0).astype(jnp.int64)


def _dense_slopes(context: DenseContext, dense: jax.Array, row: jax.Array) -> jax.Array:
    """Returns the energy that each letter adds to a table without the row."""
    sums, products = context.sums[row] + context.additions, context.products[row] * context.factors
    gains = jnp.where(sums <= context.thresholds, products, 0).astype(jnp.float32)
    pulls = context.weights * dense.astype(jnp.float32) * jnp.float32(2 / UNIT)
    return jnp.sum(gains * pulls + gains * gains * context.weights, axis=1)
