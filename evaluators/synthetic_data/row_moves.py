"""Row moves: proposals that change whole rows, taken or left one after the other by the Metropolis rule.

The energy is quadratic in the answers, so a proposal's exact energy difference is the square of its changes, which is
known beforehand, and a sum over the residuals that it touches, which has seen all proposals taken before it. As in
:mod:`evaluators.synthetic_data.cell_moves`, the loop keeps to what XLA compiles into one function.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.landscape import UNIT


class CellUpdates(NamedTuple):
    """What a batch of proposals changes in cell tables: update u moves a row from one cell of a table to another.

    Attributes:
        before: int32 of shape (batch, num_updates).
        after: int32 of shape (batch, num_updates).
        weights: float32 of shape (num_updates,), of the update's table.
        squares: float32 of shape (batch,): squared changes of all counts, weighted.
    """

    before: jax.Array
    after: jax.Array
    weights: jax.Array
    squares: jax.Array


class DenseUpdates(NamedTuple):
    """What a batch of proposals changes in the other queries.

    Attributes:
        changes: int32 of shape (batch, num_queries): contributions after less those before.
        weights: float32 of shape (num_queries,).
    """

    changes: jax.Array
    weights: jax.Array


def cell_updates(before: jax.Array, after: jax.Array, weights: jax.Array) -> CellUpdates:
    """Returns what a batch of proposals changes in cell tables.

    Args:
        before: int32 of shape (batch, rows per proposal, num_tables): the cell that each row is in.
        after: the same with the proposed letters.
        weights: float32 of shape (num_tables,).
    """
    batch, num_rows, _ = before.shape
    ends = [(-1, before[:, r]) for r in range(num_rows)] + [(1, after[:, r]) for r in range(num_rows)]
    # a count that is changed by s and t changes by their sum, and (s + t)^2 is 1 + 1 + 2 s t
    met = [s * t * (a == b).astype(jnp.int32) for (s, a), (t, b) in combinations(ends, 2)]
    squares = len(ends) + 2 * sum(met[1:], met[0])
    return CellUpdates(
        before.reshape(batch, -1),
        after.reshape(batch, -1),
        jnp.tile(weights, num_rows),
        jnp.sum(squares.astype(jnp.float32) * weights, axis=1),
    )


def accept_moves(
    residuals: Residuals,
    cells: CellUpdates | None,
    dense: DenseUpdates | None,
    gains: jax.Array,
    uniforms: jax.Array,
    inverse_temperature: jax.Array,
) -> tuple[Residuals, jax.Array]:
    """Takes each proposal with probability min(1, exp(gain - inverse_temperature * energy difference)).

    Args:
        residuals: before.
        cells: of the cell tables; None without any.
        dense: of the other queries; None without any.
        gains: float32 of shape (batch,): logarithms of how many more tables of codes the proposal's letters stand for;
            -inf where a constraint forbids it, which is then never taken.
        uniforms: float32 of shape (batch,), in [0, 1).
        inverse_temperature: float32.

    Returns:
        residuals afterwards, and bool of shape (batch,): which proposals were taken. No two proposals of a batch may
        change the same row.
    """
    bounds = gains - jnp.log(uniforms)

    def settle(move: jax.Array, state: tuple[Residuals, jax.Array]) -> tuple[Residuals, jax.Array]:
        found, taken = state
        energy = jnp.float32(0)
        if cells is not None:
            energy += _cell_energy(cells, found.cells, move)
        if dense is not None:
            energy += _dense_energy(dense, found.dense, move)
        take = inverse_temperature * energy <= bounds[move]
        if cells is not None:
            found = found._replace(cells=_move_rows(cells, found.cells, move, take))
        if dense is not None:
            change = jnp.where(take, UNIT, 0) * dense.changes[move].astype(jnp.int64)
            found = found._replace(dense=found.dense + change)
        return found, lax.dynamic_update_slice(taken, take[None], (move,))

    start = residuals, jnp.zeros(gains.shape, bool)
    found, taken = lax.fori_loop(0, len(gains), settle, start)
    return found, taken


def _cell_energy(updates: CellUpdates, counts: jax.Array, move: jax.Array) -> jax.Array:
    # whole numbers cancel exactly before they are rounded to floats
    rise = counts[updates.after[move]] - counts[updates.before[move]]
    slope = jnp.sum(updates.weights * rise.astype(jnp.float32)) * jnp.float32(2 / UNIT)
    return jnp.asarray(updates.squares[move] + slope)


def _move_rows(updates: CellUpdates, counts: jax.Array, move: jax.Array, take: jax.Array) -> jax.Array:
    def update(u: jax.Array, counts: jax.Array) -> jax.Array:
        counts = _add(counts, updates.before[move, u], -UNIT)
        return _add(counts, updates.after[move, u], UNIT)

    num_updates = jnp.where(take, len(updates.weights), 0)
    return jnp.asarray(lax.fori_loop(0, num_updates, update, counts))


def _add(counts: jax.Array, where: jax.Array, change: int) -> jax.Array:
    changed = lax.dynamic_slice(counts, (where,), (1,)) + change
    return jnp.asarray(lax.dynamic_update_slice(counts, changed, (where,)))


def _dense_energy(updates: DenseUpdates, dense: jax.Array, move: jax.Array) -> jax.Array:
    changes = updates.changes[move].astype(jnp.float32)
    return jnp.sum(updates.weights * changes * (dense.astype(jnp.float32) * jnp.float32(2 / UNIT) + changes))
