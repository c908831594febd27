"""Evolution as Private-GSD does it (Liu, Vietri, Wu 2023, arXiv 2306.03257): the baseline of exact moves.

A generation makes candidates that differ from the best table in one cell: half of them mutations, for which the cell
is drawn anew uniformly, half crossovers, for which it is copied from a random row of one of the elites. A candidate's
fitness is the squared L2 distance of all its answers from the goals, the answers being those of the best table less
those of the row that goes, plus those of the row that comes. The best of a generation and the former elites are the
new elites.

What differs from the published code: an epoch returns one table, the best, from which all elites start at the next
one; residuals are whole numbers and do not drift; a copied number gets no noise; a candidate that breaks a constraint
is never an elite, and columns of ids stay as they are; the rule by which that code stops is a metric.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from engine.keys import fold_in
from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.landscape import UNIT, Landscape
from evaluators.synthetic_data.proposals import letters_of
from evaluators.synthetic_data.row_answers import RowAnswers, row_answers
from evaluators.synthetic_data.settings import EvolutionConfig
from search_spaces.synthetic_data.table import Table

STOPPING_CHANGE = 1e-4
"""The published code stops when the fitness changes by less than this part of it over as many generations as rows."""


class _Plan(NamedTuple):
    """What generations are made of.

    Attributes:
        answers: all queries.
        columns: int32: those that may change.
        sizes: int32 of shape (len(columns),): their numbers of codes.
        firsts: int32 of shape (len(columns),): where their codes begin in ``letter_of``.
        letter_of: int32, flat: the letter of each code.
        barriers: by pair of columns, bool of shape (letters of the first, letters of the second).
    """

    answers: RowAnswers
    columns: jax.Array
    sizes: jax.Array
    firsts: jax.Array
    letter_of: jax.Array
    barriers: dict[tuple[int, int], jax.Array]


class _State(NamedTuple):
    """Between two generations.

    Attributes:
        elites: int32 of shape (num_elites, num_columns, num_rows): letters, the best table first.
        fitness: float64 of shape (num_elites,), ascending.
        residuals: of the best table.
        earlier: float64: the best fitness where the stopping rule looks back to.
    """

    elites: jax.Array
    fitness: jax.Array
    residuals: Residuals
    earlier: jax.Array


class PrivateGsd:
    """Evolves tables of one landscape.

    Args:
        landscape: that scores them.
        config: candidates, elites and generations.
    """

    def __init__(self, landscape: Landscape, config: EvolutionConfig) -> None:
        self._landscape, self._config = landscape, config
        self._plan = _plan(landscape)

    def evolve(self, table: Table, key: int) -> tuple[Table, dict[str, float]]:
        """Returns the best table of an epoch's generations; equal arguments give equal tables.

        Args:
            table: of the landscape's number of rows.
            key: of every draw.

        Returns:
            the table, and figures on the epoch by name: ``converged`` is 1 when the published code would stop, else 0.
            In an epoch of fewer generations than the table has rows, the change is taken to go on at its pace.
        """
        config, num_rows = self._config, table.num_rows
        after = table.sweeps + config.sweeps_per_epoch
        if not len(self._plan.columns):
            return Table(table.codes, after), {"converged": 1.0}
        generations = config.sweeps_per_epoch * config.generations_per_sweep
        lag = min(num_rows, generations)
        best, fitness, earlier = _evolved(
            jnp.asarray(self._landscape.letters(table.codes)),
            Residuals(*map(jnp.asarray, self._landscape.residuals(table.codes))),
            jax.random.key(fold_in(key, "generations", table.sweeps) >> 31),
            self._plan,
            config.candidates,
            config.elites,
            generations,
            generations - lag,
        )
        rng = np.random.Generator(np.random.Philox(fold_in(key, "codes")))
        codes = self._landscape.redrawn(table.codes, np.asarray(best), rng)
        change = float(earlier - fitness) * num_rows / lag
        return Table(codes, after), {"converged": float(change <= STOPPING_CHANGE * float(earlier))}


@partial(jax.jit, static_argnames=("num_candidates", "num_elites"))
def _evolved(
    letters: jax.Array,
    residuals: Residuals,
    key: jax.Array,
    plan: _Plan,
    num_candidates: int,
    num_elites: int,
    generations: int,
    looked_back: int,
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Returns the best table, its fitness, and the best fitness before the generation that is looked back to."""

    def generation(i: jax.Array, state: _State) -> _State:
        state = state._replace(earlier=jnp.where(i == looked_back, state.fitness[0], state.earlier))
        return _next_generation(state, plan, num_candidates, jax.random.fold_in(key, i))

    fitness = _squares(residuals)
    elites = jnp.broadcast_to(letters, (num_elites, *letters.shape))
    start = _State(elites, jnp.broadcast_to(fitness, (num_elites,)), residuals, fitness)
    state = lax.fori_loop(0, generations, generation, start)
    return state.elites[0], state.fitness[0], state.earlier


def _next_generation(state: _State, plan: _Plan, num_candidates: int, key: jax.Array) -> _State:
    num_elites = len(state.elites)
    rows, columns, values = _candidates(state, plan, num_candidates, key)
    old = letters_of(state.elites[0], rows)
    new = old.at[jnp.arange(num_candidates), columns].set(values)
    candidates = _after(state.residuals, plan.answers, old, new)
    allowed = jnp.ones(num_candidates, bool)
    for (i, j), table in plan.barriers.items():
        allowed &= table[new[:, i], new[:, j]]
    fitness = jnp.concatenate([state.fitness, jnp.where(allowed, jax.vmap(_squares)(candidates), jnp.inf)])
    # of equals the former comes first: an elite stays until something better turns up
    _, kept = lax.top_k(-fitness, num_elites)
    is_new, chosen = kept >= num_elites, jnp.maximum(kept - num_elites, 0)
    elites = state.elites[jnp.where(is_new, 0, kept)]
    # an elite that stays writes behind the end, and drops it
    places = jnp.where(is_new, rows[chosen], elites.shape[2])
    elites = elites.at[jnp.arange(num_elites), columns[chosen], places].set(values[chosen], mode="drop")
    best = jax.tree.map(lambda many, one: jnp.where(is_new[0], many[chosen[0]], one), candidates, state.residuals)
    return _State(elites, fitness[kept], best, state.earlier)


def _candidates(
    state: _State, plan: _Plan, num_candidates: int, key: jax.Array
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Draws each candidate's row, column and letter: int32 of shape (num_candidates,)."""
    row_key, column_key, code_key, elite_key, model_key = jax.random.split(key, 5)
    num_elites, _, num_rows = state.elites.shape
    shape = (num_candidates,)
    rows = jax.random.randint(row_key, shape, 0, num_rows, jnp.int32)
    which = jax.random.randint(column_key, shape, 0, len(plan.columns), jnp.int32)
    drawn = plan.letter_of[plan.firsts[which] + jax.random.randint(code_key, shape, 0, plan.sizes[which], jnp.int32)]
    elites = jax.random.randint(elite_key, shape, 0, num_elites, jnp.int32)
    models = jax.random.randint(model_key, shape, 0, num_rows, jnp.int32)
    copied = state.elites[elites, plan.columns[which], models]
    return rows, plan.columns[which], jnp.where(jnp.arange(num_candidates) < num_candidates // 2, drawn, copied)


def _after(residuals: Residuals, answers: RowAnswers, old: jax.Array, new: jax.Array) -> Residuals:
    """Returns all residuals of each candidate, with a leading axis of candidates."""
    cells, dense = (jnp.broadcast_to(found, (len(old), len(found))) for found in residuals)
    if answers.cells is not None:
        lines = jnp.arange(len(old))[:, None]
        cells = cells.at[lines, answers.cells.cells(old)].add(-UNIT).at[lines, answers.cells.cells(new)].add(UNIT)
    if answers.dense is not None:
        change = answers.dense.contributions(new) - answers.dense.contributions(old)
        dense = dense + UNIT * change.astype(jnp.int64)
    return Residuals(cells, dense)


def _squares(residuals: Residuals) -> jax.Array:
    """Returns the squared L2 distance from the goals, in rows."""
    return jnp.asarray(sum(jnp.sum((found.astype(jnp.float64) / UNIT) ** 2) for found in residuals))


def _plan(landscape: Landscape) -> _Plan:
    columns = [c for c in range(len(landscape.alphabets)) if c not in landscape.fixed]
    codes = [landscape.alphabets[c].letter_of for c in columns]
    sizes = np.array([len(letters) for letters in codes], np.int32)
    return _Plan(
        row_answers(landscape),
        jnp.asarray(np.array(columns, np.int32)),
        jnp.asarray(sizes),
        jnp.asarray((np.cumsum(sizes) - sizes).astype(np.int32)),
        jnp.asarray(np.concatenate([np.zeros(0, np.int32), *codes])),
        {pair: jnp.asarray(allowed) for pair, allowed in landscape.allowed.items()},
    )
