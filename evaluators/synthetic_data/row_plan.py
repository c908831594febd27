"""The plan of a landscape's row moves: what proposals are made of, and how many are tried."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from evaluators.synthetic_data.landscape import Landscape
from evaluators.synthetic_data.row_answers import CellLookup, RowAnswers, row_answers, tables_by_column
from evaluators.synthetic_data.settings import EvolutionConfig
from evaluators.synthetic_data.targets import Targets, targets

MAX_SWAPS = 4096
"""Swaps of a batch."""

MAX_DIRECTED = 512
"""Proposals of a batch that follows the residuals as they were before it."""

MAX_UPDATES = 2**20
"""Answers that a batch changes, proposals times answers, at most."""

POOL = 4
"""Rows that are looked at for each one that is proposed for what it weighs."""


class RowPlan(NamedTuple):
    """What proposals are made of.

    Attributes:
        answers: all queries.
        swapped: int32: the columns in which rows exchange values.
        tables: the cell tables of each of them.
        movable: int32: the columns that other moves may change.
        targets: what multi-cell moves aim at; None without any.
        priors: by column, float32 of shape (num_letters,): logarithms of how many codes each letter stands for.
        barriers: by pair of columns, bool of shape (letters of the first, letters of the second).
    """

    answers: RowAnswers
    swapped: jax.Array
    tables: CellLookup | None
    movable: jax.Array
    targets: Targets | None
    priors: dict[int, jax.Array]
    barriers: dict[tuple[int, int], jax.Array]

    def gains(self, old: jax.Array, new: jax.Array) -> jax.Array:
        """Returns logarithms of how many more tables of codes proposals stand for; -inf for those that are forbidden.

        Args:
            old: int32 of shape (batch, rows per proposal, num_columns): letters before.
            new: the same afterwards.
        """
        gains = jnp.zeros(old.shape[:-1], jnp.float32)
        for column, prior in self.priors.items():
            gains += prior[new[..., column]] - prior[old[..., column]]
        for (i, j), allowed in self.barriers.items():
            gains = jnp.where(allowed[new[..., i], new[..., j]], gains, -jnp.inf)
        return jnp.sum(gains, axis=1)


class Batches(NamedTuple):
    """How many batches of a sweep, and of how many proposals; numbers that a sweep is compiled for.

    Attributes:
        swaps: batches of swaps, as many for each column.
        swap_size: swaps of a batch.
        multi_cell_moves: batches of them.
        row_replacements: batches of them.
        directed_size: proposals of a batch of either.
    """

    swaps: int
    swap_size: int
    multi_cell_moves: int
    row_replacements: int
    directed_size: int


def row_plan(landscape: Landscape, config: EvolutionConfig) -> RowPlan:
    """Returns what the row moves of a landscape are made of.

    Args:
        landscape: that scores them.
        config: which are tried.
    """
    columns = [c for c, letters in enumerate(landscape.alphabets) if letters.size > 1]
    multiplicities = {c: letters.multiplicities for c, letters in enumerate(landscape.alphabets)}
    return RowPlan(
        row_answers(landscape),
        jnp.asarray(_indices(columns)),
        tables_by_column(landscape, columns),
        jnp.asarray(_indices([c for c in columns if c not in landscape.fixed])),
        targets(landscape) if config.multi_cell_moves else None,
        {c: jnp.asarray(np.log(m).astype(np.float32)) for c, m in multiplicities.items() if (m > 1).any()},
        {pair: jnp.asarray(allowed) for pair, allowed in landscape.allowed.items()},
    )


def batches(landscape: Landscape, config: EvolutionConfig, plan: RowPlan) -> Batches:
    """Returns how many row moves a sweep tries.

    Args:
        landscape: that scores them.
        config: how many are wanted, per row.
        plan: of the same.
    """
    num_rows, columns = landscape.num_rows, len(plan.swapped)
    room = max(1, MAX_UPDATES // max(1, landscape.cells.num_tables + landscape.dense.size))
    wanted = _ceil(round(config.swaps * num_rows), max(1, columns)) if num_rows > 1 else 0
    rounds = _ceil(wanted, max(1, min(MAX_SWAPS, room, num_rows // 2)))
    directed = max(1, min(MAX_DIRECTED, room, num_rows // POOL))
    return Batches(
        rounds * columns,
        _ceil(wanted, max(1, rounds)),
        _ceil(round(config.multi_cell_moves * num_rows), directed) if plan.targets is not None else 0,
        _ceil(round(config.row_replacements * num_rows), directed) if len(plan.movable) else 0,
        directed,
    )


def _indices(columns: list[int]) -> NDArray[np.int32]:
    return np.array(columns, np.int32)


def _ceil(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
