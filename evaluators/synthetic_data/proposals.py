"""Proposals that change whole rows: which rows, and what their letters become; no row is in two proposals of a batch.

Each is a pure function of a table's letters, int32 of shape (num_columns, num_rows), of residuals and a key. Whether a
proposal is any good is settled later, exactly, by :mod:`evaluators.synthetic_data.row_moves`.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp

from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.row_answers import RowAnswers
from evaluators.synthetic_data.targets import Targets


class Proposals(NamedTuple):
    """A batch of proposals.

    Attributes:
        rows: int32 of shape (batch, rows per proposal).
        letters: int32 of shape (batch, rows per proposal, num_columns): what they become.
        column: int32, the one column that changes; None where any may.
    """

    rows: jax.Array
    letters: jax.Array
    column: jax.Array | None = None

    def written(self, letters: jax.Array, taken: jax.Array) -> jax.Array:
        """Returns a table with those proposals that were taken, bool of shape (batch,)."""
        # what was left is written behind the end, and dropped
        rows = jnp.where(taken[:, None], self.rows, letters.shape[1])
        if self.column is not None:
            return letters.at[self.column, rows].set(self.letters[:, :, self.column], mode="drop")
        return letters.at[:, rows].set(jnp.moveaxis(self.letters, -1, 0), mode="drop")


def swaps(letters: jax.Array, column: jax.Array, first: jax.Array, second: jax.Array) -> Proposals:
    """Lets pairs of rows exchange their letters in a column.

    Args:
        letters: of the table.
        column: int32.
        first: int32 of shape (batch,): rows.
        second: int32 of shape (batch,): the rows that they exchange with, all distinct.
    """
    rows = jnp.stack([first, second], axis=1)
    old = letters_of(letters, rows)
    return Proposals(rows, old.at[:, :, column].set(old[:, ::-1, column]), column)


def multi_cell_moves(
    letters: jax.Array, residuals: Residuals, answers: RowAnswers, targets: Targets, pool: jax.Array, key: jax.Array
) -> Proposals:
    """Puts rows into cells that are missed: a cell's columns change at once, the others keep their letters.

    Cells are drawn by their weighted deficit, rows by what they weigh on their answers.

    Args:
        letters: of the table.
        residuals: of the table.
        answers: that rows are looked up in.
        targets: the cells.
        pool: int32 of shape (batch, any): distinct rows; one of each line is proposed.
        key: of the draws.
    """
    row_key, cell_key, letter_key = jax.random.split(key, 3)
    rows, _ = _heavy_and_light_rows(letters, residuals, answers, pool, row_key)
    cells = _drawn(cell_key, targets.deficits(residuals.cells), len(pool))
    return Proposals(rows[:, None], targets.entered(letters_of(letters, rows), cells, letter_key)[:, None])


def row_replacements(
    letters: jax.Array, residuals: Residuals, answers: RowAnswers, movable: jax.Array, pool: jax.Array, key: jax.Array
) -> Proposals:
    """Replaces rows that are too many by copies of rows that are too few, with one letter of some other row.

    Args:
        letters: of the table.
        residuals: of the table.
        answers: that rows are looked up in.
        movable: int32: the columns that may change.
        pool: int32 of shape (batch, any): distinct rows; one of each line is proposed.
        key: of the draws.
    """
    row_key, column_key, other_key = jax.random.split(key, 3)
    batch = len(pool)
    rows, models = _heavy_and_light_rows(letters, residuals, answers, pool, row_key)
    columns = jax.random.choice(column_key, movable, (batch,))
    others = pool.reshape(-1)[jax.random.randint(other_key, (batch,), 0, pool.size)]
    old, copied = letters_of(letters, rows), letters_of(letters, models)
    copied = copied.at[jnp.arange(batch), columns].set(letters[columns, others])
    return Proposals(rows[:, None], old.at[:, movable].set(copied[:, movable])[:, None])


def letters_of(letters: jax.Array, rows: jax.Array) -> jax.Array:
    """Returns the letters of some rows: int32 of shape (..., num_columns) for rows of any shape."""
    return jnp.moveaxis(letters[:, rows], 0, -1)


def _heavy_and_light_rows(
    letters: jax.Array, residuals: Residuals, answers: RowAnswers, pool: jax.Array, key: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Draws one row of each line by how much too many it is, and rows of the whole pool by how much they are missed.

    Returns:
        int32 of shape (batch,), twice; those of the first are distinct.
    """
    heavy_key, light_key = jax.random.split(key)
    pulls = answers.pulls(letters_of(letters, pool), residuals)
    odds = jnp.log(jnp.maximum(pulls, 1e-30)) + jax.random.gumbel(heavy_key, pulls.shape, jnp.float32)
    heavy = jnp.take_along_axis(pool, jnp.argmax(odds, axis=1)[:, None], axis=1)[:, 0]
    return heavy, pool.reshape(-1)[_drawn(light_key, jnp.maximum(-pulls.reshape(-1), 0), len(pool))]


def _drawn(key: jax.Array, weights: jax.Array, batch: int) -> jax.Array:
    """Draws indices with probabilities proportional to weights: int32 of shape (batch,); the last one of all zeros."""
    total = jnp.cumsum(weights)
    uniforms = jax.random.uniform(key, (batch,), weights.dtype)
    found = jnp.searchsorted(total, uniforms * total[-1], side="right")
    return jnp.minimum(found, len(weights) - 1).astype(jnp.int32)
