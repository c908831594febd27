"""The moves of whole rows that follow a sweep: batches of proposals, each settled exactly, all in one compiled call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from engine.keys import fold_in
from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.landscape import Landscape
from evaluators.synthetic_data.proposals import Proposals, letters_of, multi_cell_moves, row_replacements, swaps
from evaluators.synthetic_data.row_answers import RowAnswers
from evaluators.synthetic_data.row_moves import DenseUpdates, accept_moves, cell_updates
from evaluators.synthetic_data.row_plan import POOL, Batches, RowPlan, batches, row_plan
from evaluators.synthetic_data.settings import EvolutionConfig


class _State(NamedTuple):
    letters: jax.Array
    residuals: Residuals


class _Sources(NamedTuple):
    """Where proposals are drawn from: the plan, and all rows in random order."""

    plan: RowPlan
    order: jax.Array


_Proposer = Callable[[_State, _Sources, Batches, jax.Array, jax.Array], tuple[Proposals, RowAnswers]]


class RowSweeper:
    """Moves whole rows of tables of one landscape.

    Args:
        landscape: that scores the moves.
        config: how many are tried.
    """

    def __init__(self, landscape: Landscape, config: EvolutionConfig) -> None:
        self._num_rows = landscape.num_rows
        self._plan = row_plan(landscape, config)
        self._batches = batches(landscape, config, self._plan)

    def sweep(
        self, letters: jax.Array, residuals: Residuals, inverse_temperature: float, key: int
    ) -> tuple[jax.Array, Residuals]:
        """Tries the moves that follow a sweep.

        Args:
            letters: int32 of shape (num_columns, num_rows or more); given up.
            residuals: of the table; given up.
            inverse_temperature: in units of the noise.
            key: of the draws.

        Returns:
            letters and residuals afterwards.
        """
        counts = self._batches
        if not counts.swaps + counts.multi_cell_moves + counts.row_replacements:
            return letters, residuals
        # XLA sorts, and so shuffles, slowly on a CPU
        order = np.random.Generator(np.random.Philox(key)).permutation(self._num_rows).astype(np.int32)
        sources = _Sources(self._plan, jnp.asarray(order))
        beta, move_key = jnp.float32(inverse_temperature), jax.random.key(fold_in(key, "moves") >> 31)
        state = _sweep(_State(letters, residuals), sources, beta, move_key, counts)
        return state.letters, state.residuals


@partial(jax.jit, static_argnames="counts", donate_argnums=0)
def _sweep(state: _State, sources: _Sources, beta: jax.Array, key: jax.Array, counts: Batches) -> _State:
    for propose, num_batches in (
        (_swaps, counts.swaps),
        (_multi_cell_moves, counts.multi_cell_moves),
        (_row_replacements, counts.row_replacements),
    ):
        key, moves_key = jax.random.split(key)
        state = _tried(state, sources, beta, moves_key, counts, propose, num_batches)
    return state


def _tried(
    state: _State,
    sources: _Sources,
    beta: jax.Array,
    key: jax.Array,
    counts: Batches,
    propose: _Proposer,
    num_batches: int,
) -> _State:
    def step(i: jax.Array, state: _State) -> _State:
        draw_key, accept_key = jax.random.split(jax.random.fold_in(key, i))
        found, answers = propose(state, sources, counts, i, draw_key)
        uniforms = jax.random.uniform(accept_key, (len(found.rows),), jnp.float32)
        return _settled(state, found, answers, sources.plan, uniforms, beta)

    # without batches the moves must not even be traced: they may lack what they are made of
    return lax.fori_loop(0, num_batches, step, state) if num_batches else state


def _settled(
    state: _State, found: Proposals, answers: RowAnswers, plan: RowPlan, uniforms: jax.Array, beta: jax.Array
) -> _State:
    old = letters_of(state.letters, found.rows)
    cells = dense = None
    if answers.cells is not None:
        before, after = answers.cells.cells(old), answers.cells.cells(found.letters)
        cells = cell_updates(before, after, answers.cells.weights)
    if answers.dense is not None:
        changes = answers.dense.contributions(found.letters) - answers.dense.contributions(old)
        dense = DenseUpdates(jnp.sum(changes, axis=1, dtype=jnp.int32), answers.dense.weights)
    gains = plan.gains(old, found.letters)
    residuals, taken = accept_moves(state.residuals, cells, dense, gains, uniforms, beta)
    return _State(found.written(state.letters, taken), residuals)


def _swaps(
    state: _State, sources: _Sources, counts: Batches, i: jax.Array, key: jax.Array
) -> tuple[Proposals, RowAnswers]:
    plan, (first_key, second_key) = sources.plan, jax.random.split(key)
    place = i % len(plan.swapped)
    half = len(sources.order) // 2
    first = _some(sources.order[:half], counts.swap_size, first_key)
    second = _some(sources.order[half : 2 * half], counts.swap_size, second_key)
    tables = None if plan.tables is None else plan.tables.of(place)
    return swaps(state.letters, plan.swapped[place], first, second), plan.answers._replace(cells=tables)


def _multi_cell_moves(
    state: _State, sources: _Sources, counts: Batches, _: jax.Array, key: jax.Array
) -> tuple[Proposals, RowAnswers]:
    plan, (pool_key, key) = sources.plan, jax.random.split(key)
    assert plan.targets is not None
    pool = _some(sources.order, POOL * counts.directed_size, pool_key).reshape(-1, POOL)
    return multi_cell_moves(*state, plan.answers, plan.targets, pool, key), plan.answers


def _row_replacements(
    state: _State, sources: _Sources, counts: Batches, _: jax.Array, key: jax.Array
) -> tuple[Proposals, RowAnswers]:
    plan, (pool_key, key) = sources.plan, jax.random.split(key)
    pool = _some(sources.order, POOL * counts.directed_size, pool_key).reshape(-1, POOL)
    return row_replacements(*state, plan.answers, plan.movable, pool, key), plan.answers


def _some(order: jax.Array, count: int, key: jax.Array) -> jax.Array:
    """Returns some rows of a random order, which are distinct where there are enough."""
    start = jax.random.randint(key, (), 0, len(order))
    return order[(start + jnp.arange(count)) % len(order)]
