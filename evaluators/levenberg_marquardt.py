"""Levenberg-Marquardt over batches: many programs, many starts each, in one compiled call.

Each start minimises the sum of squares of the weighted error at the points, with Marquardt's diagonal scaling
(Marquardt 1963) and a damping factor of its own. One interpreter pass per iteration gives the residual and the
Jacobian of the trial step, so a rejected step costs no more than an accepted one. The damping changes by large
factors: valleys of rational programs are long and curved, and timid steps do not reach their ends in time.
The first step may hold some constants: where it moves only those in which the program is (nearly) affine, the
others start from residuals that no trivial rescaling could lessen (variable projection, Golub & Pereyra 1973).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial, reduce
from typing import TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.bytecode import NUM_REGISTERS
from evaluators.interpreter import interpret, register_file

_DAMPING_START, _DAMPING_MIN, _DAMPING_MAX = 0.1, 1e-15, 1e8
_ACCEPTED, _REFUSED = 0.02, 15.0
_HELD = 1e20
_LEAST_GAIN = 1e-3
_TINY = 1e-300
_UNROLLED = 16

_Fit: TypeAlias = tuple[jax.Array, jax.Array]
"""Fitted constants, and what they cost."""
_State: TypeAlias = tuple[jax.Array, ...]


@partial(jax.jit, static_argnames=("iterations", "batched"))
def fit(
    code: jax.Array,
    lengths: jax.Array,
    num_programs: jax.Array,
    starts: jax.Array,
    held: jax.Array,
    points: jax.Array,
    weights: jax.Array,
    goals: jax.Array,
    iterations: int,
    batched: bool,
) -> _Fit:
    """Fits the constants of every program from every start.

    Args:
        code: int32 of shape (max_programs, length, 4): gradient code.
        lengths: int32 of shape (max_programs,): rows in use.
        num_programs: how many programs, from the first, are to be fitted.
        starts: float64 of shape (max_programs, num_constants, num_starts).
        held: bool of shape (max_programs, num_constants, num_starts), what the first step leaves alone.
        points: float64 of shape (num_points,).
        weights: float64 of shape (num_points,), the factor w of the error w * (p - f).
        goals: float64 of shape (num_points,), the product w * f.
        iterations: the most steps that a start takes.
        batched: runs all programs side by side with static trip counts, as a GPU wants it, not one after the other
            for as long as each needs.

    Returns:
        the fitted constants, shaped like the starts, and the mean square error, float64 of shape
        (max_programs, num_starts), infinite where no step was finite; only the first ``num_programs`` are fitted.
    """
    shape = (points.shape[0], starts.shape[2])
    x, weight, goal = (jnp.broadcast_to(row[:, None], shape) for row in (points, weights, goals))
    registers = register_file(x.reshape(-1), weight.reshape(-1), 1 + starts.shape[1])

    def fit_one(code: jax.Array, num_steps: jax.Array | int, start: jax.Array, held: jax.Array) -> _Fit:
        run = partial(interpret, code, num_steps)
        fitted, cost = _fit(run, start, held, registers, weight, goal, iterations, batched)
        return fitted, cost / points.shape[0]

    if batched:
        fitted: _Fit = jax.vmap(fit_one, (0, None, 0, 0))(code, code.shape[1], starts, held)
        return fitted

    def fit_next(i: jax.Array, results: _Fit) -> _Fit:
        fitted, cost = fit_one(code[i], lengths[i], starts[i], held[i])
        return results[0].at[i].set(fitted), results[1].at[i].set(cost)

    empty = jnp.full((starts.shape[0], starts.shape[2]), jnp.inf)
    fitted = lax.fori_loop(0, num_programs, fit_next, (starts, empty))
    return fitted[0], fitted[1]


def _fit(
    run: Callable[[jax.Array, jax.Array], jax.Array],
    start: jax.Array,
    held: jax.Array,
    registers: jax.Array,
    weight: jax.Array,
    goal: jax.Array,
    iterations: int,
    static: bool,
) -> _Fit:
    num_constants, num_starts = start.shape

    def step(count: jax.Array, state: _State) -> _State:
        constants, trial, cost, damping, normal, gradient, registers, _ = state
        registers = run(trial, registers)
        outputs = registers[NUM_REGISTERS:].reshape(-1, *weight.shape)
        residual = outputs[0] * weight - goal
        trial_cost = _sum(residual * residual)
        trial_normal, trial_gradient = _normal_equations(outputs[1:], residual)
        accepted = trial_cost < cost
        gain = jnp.where(accepted, 1 - trial_cost / jnp.maximum(cost, _TINY), 1.0)
        constants = jnp.where(accepted, trial, constants)
        normal = jnp.where(accepted, trial_normal, normal)
        gradient = jnp.where(accepted, trial_gradient, gradient)
        cost = jnp.where(accepted, trial_cost, cost)
        damping = jnp.maximum(damping * jnp.where(accepted, _ACCEPTED, _REFUSED), _DAMPING_MIN)
        stiffness = damping + jnp.where((count == 0) & held, _HELD, 0.0)
        trial = constants - _solve(normal, gradient, stiffness)
        moving = (damping < _DAMPING_MAX) & (gain > _LEAST_GAIN) & jnp.isfinite(cost)
        return constants, trial, cost, damping, normal, gradient, registers, moving.any() | (count < 1)

    def next_step(counted: tuple[jax.Array, _State]) -> tuple[jax.Array, _State]:
        return counted[0] + 1, step(*counted)

    pairs = num_constants * (num_constants + 1) // 2
    state: _State = (
        start, start, jnp.full(num_starts, jnp.inf), jnp.full(num_starts, _DAMPING_START),
        jnp.zeros((pairs, num_starts)), jnp.zeros_like(start), registers, jnp.bool_(True),
    )  # fmt: skip
    if static:
        state = lax.fori_loop(0, iterations, step, state)
    else:
        state = lax.while_loop(lambda s: (s[0] < iterations) & s[1][-1], next_step, (jnp.int32(0), state))[1]
    return state[0], state[2]


def _sum(terms: jax.Array) -> jax.Array:
    """Sums over the points, in parts so short that the compiler unrolls them."""
    parts = [terms[i : i + _UNROLLED].sum(0) for i in range(0, len(terms), _UNROLLED)]
    return reduce(operator.add, parts)


def _normal_equations(jacobian: jax.Array, residual: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Sums J^T J (lower triangle by rows) and J^T r over the points; starts stay the last axis."""
    size = len(jacobian)
    normal = [_sum(jacobian[i] * jacobian[j]) for i in range(size) for j in range(i + 1)]
    return jnp.stack(normal), jnp.stack([_sum(jacobian[i] * residual) for i in range(size)])


def _solve(normal: jax.Array, gradient: jax.Array, damping: jax.Array) -> jax.Array:
    """Solves (A + diag(damping A)) step = g by an unrolled Cholesky factorisation, one system per lane.

    A constant on which nothing depends has a zero row and gets a zero step.
    """
    size = len(gradient)
    lower: dict[tuple[int, int], jax.Array] = {}
    inverse: list[jax.Array] = []
    for i in range(size):
        for j in range(i + 1):
            total = normal[i * (i + 1) // 2 + j]
            if i == j:
                total = total * (1 + damping[i]) + _TINY
            for k in range(j):
                total = total - lower[i, k] * lower[j, k]
            if i == j:
                inverse.append(lax.rsqrt(jnp.maximum(total, _TINY)))
            else:
                lower[i, j] = total * inverse[j]
    forward: list[jax.Array] = []
    for i in range(size):
        total = gradient[i]
        for k in range(i):
            total = total - lower[i, k] * forward[k]
        forward.append(total * inverse[i])
    step: list[jax.Array] = [jnp.zeros_like(gradient[0])] * size
    for i in reversed(range(size)):
        total = forward[i]
        for k in range(i + 1, size):
            total = total - lower[k, i] * step[k]
        step[i] = total * inverse[i]
    return jnp.stack(step)
