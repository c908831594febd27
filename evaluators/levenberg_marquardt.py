"""Levenberg-Marquardt over batches: many programs, many starts each, in one compiled call.

Each start minimises the sum of squares of the weighted error at the points, with Marquardt's diagonal scaling
(Marquardt 1963) and a damping factor of its own. One interpreter pass per iteration gives the residual and the
Jacobian of the trial step, so a rejected step costs no more than an accepted one.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.bytecode import NUM_REGISTERS
from evaluators.interpreter import interpret, register_file

_DAMPING_START, _DAMPING_MIN, _DAMPING_MAX = 1e-2, 1e-15, 1e8
_ACCEPTED, _REFUSED = 0.02, 15.0
_LEAST_GAIN = 1e-3
_TINY = 1e-300


@partial(jax.jit, static_argnames=("iterations",))
def fit(
    streams: jax.Array,
    num_chunks: jax.Array,
    constants: jax.Array,
    points: jax.Array,
    weights: jax.Array,
    goals: jax.Array,
    iterations: int,
) -> tuple[jax.Array, jax.Array]:
    """Fits the constants of every program from every start.

    Args:
        streams: int32 of shape (max_chunks, length + 1, 4): gradient code, one stream per chunk.
        num_chunks: how many chunks, from the first, are to be fitted.
        constants: float64 of shape (max_chunks, chunk, num_constants, num_starts), the starts.
        points: float64 of shape (num_points,).
        weights: float64 of shape (num_points,), the factor w of the error w * (p - f).
        goals: float64 of shape (num_points,), the product w * f.
        iterations: the most steps that a start takes.

    Returns:
        the fitted constants, shaped like the starts, and the mean square error, float64 of shape
        (max_chunks, chunk, num_starts); infinite where no step was finite.
    """
    _, chunk, num_constants, num_starts = constants.shape
    x = jnp.broadcast_to(points[:, None], (points.shape[0], num_starts))
    weight = jnp.broadcast_to(weights[:, None], x.shape)
    goal = jnp.broadcast_to(goals[:, None], x.shape)

    def fit_chunk(i: jax.Array, results: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        registers = register_file(x, weight, chunk * (num_constants + 1))
        fitted, cost = _fit_chunk(streams[i], constants[i], registers, weight, goal, iterations)
        return results[0].at[i].set(fitted), results[1].at[i].set(cost / points.shape[0])

    empty = jnp.full((*constants.shape[:2], num_starts), jnp.inf)
    return lax.fori_loop(0, num_chunks, fit_chunk, (constants, empty))


def _fit_chunk(
    stream: jax.Array, start: jax.Array, registers: jax.Array, weight: jax.Array, goal: jax.Array, iterations: int
) -> tuple[jax.Array, jax.Array]:
    num_programs, num_constants, num_starts = start.shape
    pairs = num_constants * (num_constants + 1) // 2

    def step(state: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
        count, constants, trial, cost, damping, normal, gradient, registers, _ = state
        registers = interpret(stream, trial, registers)
        outputs = registers[NUM_REGISTERS:].reshape(num_programs, num_constants + 1, *weight.shape)
        residual = outputs[:, 0] * weight - goal
        trial_cost = (residual * residual).sum(1)
        trial_normal, trial_gradient = _normal_equations(outputs[:, 1:], residual)
        accepted = trial_cost < cost
        gain = jnp.where(accepted, 1 - trial_cost / jnp.maximum(cost, _TINY), 1.0)
        constants = jnp.where(accepted[:, None], trial, constants)
        normal = jnp.where(accepted, trial_normal, normal)
        gradient = jnp.where(accepted, trial_gradient, gradient)
        cost = jnp.where(accepted, trial_cost, cost)
        damping = jnp.maximum(damping * jnp.where(accepted, _ACCEPTED, _REFUSED), _DAMPING_MIN)
        trial = constants - _solve(normal, gradient, damping, num_constants)
        moving = (damping < _DAMPING_MAX) & (gain > _LEAST_GAIN) & jnp.isfinite(cost)
        go_on = moving.any() | (count < 1)
        return count + 1, constants, trial, cost, damping, normal, gradient, registers, go_on

    shape = (num_programs, num_starts)
    state = (
        jnp.int32(0), start, start, jnp.full(shape, jnp.inf), jnp.full(shape, _DAMPING_START),
        jnp.zeros((pairs, *shape)), jnp.zeros((num_constants, *shape)), registers, jnp.bool_(True),
    )  # fmt: skip
    state = lax.while_loop(lambda s: (s[0] < iterations) & s[-1], step, state)
    return state[1], state[3]


def _normal_equations(jacobian: jax.Array, residual: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Sums J^T J (lower triangle by rows) and J^T r over the points; programs and starts stay the last axes."""
    num_constants = jacobian.shape[1]
    normal = [(jacobian[:, i] * jacobian[:, j]).sum(1) for i in range(num_constants) for j in range(i + 1)]
    return jnp.stack(normal), jnp.stack([(jacobian[:, i] * residual).sum(1) for i in range(num_constants)])


def _solve(normal: jax.Array, gradient: jax.Array, damping: jax.Array, size: int) -> jax.Array:
    """Solves (A + damping diag A) step = g by an unrolled Cholesky factorisation, one system per lane.

    A constant on which nothing depends has a zero row and gets a zero step.
    """
    lower = {}
    inverse = []
    for i in range(size):
        for j in range(i + 1):
            total = normal[i * (i + 1) // 2 + j]
            if i == j:
                total = total * (1 + damping) + _TINY
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
    return jnp.stack(step, 1)
