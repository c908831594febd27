"""The op-code interpreter: runs the byte code of many different programs without compiling any of them.

On a CPU, XLA compiles the whole loop over instructions into one function when it is told that the loop is small
(:data:`evaluators.settings.XLA_FLAGS`, which hold for a whole process); an instruction then costs some 0.03 us
and its arithmetic. The loop must keep to what such a function may hold: no custom call, scatter or sort, and a
switch that returns the new row only. Without the flags it is correct and slower.

On a GPU the same loop runs for a whole batch at once: under ``jax.vmap`` with a static number of steps, each step
gathers the operands of all programs, computes every operation, selects and scatters, and the host is not asked.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.bytecode import NUM_REGISTERS, OPCODES, WEIGHT_REGISTER, X_REGISTER
from primitives import PRIMITIVES


def register_file(x: jax.Array, weight: jax.Array, num_outputs: int) -> jax.Array:
    """Returns a fresh register file: registers, then outputs.

    Args:
        x: the input of every lane, of shape (num_lanes,); a lane is a point of a start, and starts change fastest.
        weight: the seed of the adjoints, of the shape of x.
        num_outputs: outputs of the program.

    Returns:
        of shape (NUM_REGISTERS + num_outputs, num_lanes); outputs are 0 until written.
    """
    registers = jnp.zeros((NUM_REGISTERS + num_outputs, *x.shape), x.dtype)
    return registers.at[X_REGISTER].set(x).at[WEIGHT_REGISTER].set(weight)


def interpret(code: jax.Array, num_steps: jax.Array | int, constants: jax.Array, registers: jax.Array) -> jax.Array:
    """Runs the byte code of one program over all lanes.

    Args:
        code: int32 of shape (length, 4), as :func:`evaluators.bytecode.stack` makes it.
        num_steps: rows to run; a Python integer makes the trip count static.
        constants: floats of shape (num_constants, num_starts).
        registers: from :func:`register_file`, or from an earlier run of any program with the same outputs.

    Returns:
        the register file with the outputs written; rows from NUM_REGISTERS on are the outputs.
    """

    def step(position: jax.Array, registers: jax.Array) -> jax.Array:
        row = code[position]
        value = _dispatch(row[0], row[1], row[2], registers, constants)
        return jnp.asarray(lax.dynamic_update_index_in_dim(registers, value, row[3], 0))

    return jnp.asarray(lax.fori_loop(0, num_steps, step, registers))


def _dispatch(opcode: jax.Array, a: jax.Array, b: jax.Array, registers: jax.Array, constants: jax.Array) -> jax.Array:
    first = lax.dynamic_index_in_dim(registers, a, 0, keepdims=False)
    second = lax.dynamic_index_in_dim(registers, b, 0, keepdims=False)

    def apply(name: str) -> Any:
        row = PRIMITIVES[name]
        return lambda: row.floating(jnp, *(first, second)[: row.arity])

    def load() -> jax.Array:
        starts = lax.dynamic_index_in_dim(constants, a, 0)
        return jnp.broadcast_to(starts, (first.size // starts.size, starts.size)).reshape(first.shape)

    branches = {OPCODES[name]: apply(name) for name in PRIMITIVES}
    branches |= {OPCODES["load"]: load, OPCODES["copy"]: lambda: first}
    return jnp.asarray(lax.switch(opcode, [branches[code] for code in range(len(branches))]))


@partial(jax.jit, static_argnames=("batched",))
def largest_errors(
    code: jax.Array,
    lengths: jax.Array,
    num_programs: jax.Array,
    constants: jax.Array,
    points: jax.Array,
    weights: jax.Array,
    goals: jax.Array,
    batched: bool,
) -> jax.Array:
    """Measures the largest absolute error of every program, abs(weights * value - goals), over the points.

    Args:
        code: int32 of shape (max_programs, length, 4): value code.
        lengths: int32 of shape (max_programs,): rows in use.
        num_programs: how many programs, from the first, are to be measured.
        constants: of shape (max_programs, num_constants).
        points: of shape (num_points,).
        weights: of shape (num_points,).
        goals: of shape (num_points,).
        batched: runs all programs side by side with static trip counts, as a GPU wants it.

    Returns:
        of shape (max_programs,), of which the first ``num_programs`` are measured; NaN where a value is.
    """
    registers = register_file(points, weights, 1)

    def measure(registers: jax.Array) -> jax.Array:
        return jnp.abs(registers[NUM_REGISTERS] * weights - goals).max()

    if batched:
        run = jax.vmap(interpret, (0, None, 0, None))(code, code.shape[1], constants[..., None], registers)
        return jax.vmap(measure)(run)

    def measure_next(i: jax.Array, state: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        registers = interpret(code[i], lengths[i], constants[i][:, None], state[1])
        return state[0].at[i].set(measure(registers)), registers

    unmeasured = jnp.full(len(code), jnp.inf, points.dtype)
    return jnp.asarray(lax.fori_loop(0, num_programs, measure_next, (unmeasured, registers))[0])
