"""The op-code interpreter: runs the byte code of many different programs without compiling any of them.

On a CPU, XLA compiles the whole loop over instructions into one function when it is told that the loop is small
(:data:`evaluators.settings.XLA_FLAGS`, which hold for a whole process); an instruction then costs some 0.03 us
and its arithmetic. The loop must keep to what such a function may hold: no custom call, scatter or sort, and a
switch that returns the new row only. Without the flags it is correct and slower.

On a GPU the same loop runs for a whole batch at once: under ``jax.vmap`` with a static number of steps, each step
gathers the operands of all programs, computes every operation, selects and scatters, and the host is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.bytecode import NUM_REGISTERS, OPCODES, WEIGHT_REGISTER, X_REGISTER
from primitives import PRIMITIVES, Primitive

_BLOCK_POINTS = 1024
"""Points that :func:`largest_errors` runs at a time, so few that the registers stay in the nearest cache."""

_FOLDED = 32
"""Lanes from which a maximum is taken one by one."""

_Measured: TypeAlias = tuple[jax.Array, jax.Array]
"""Errors, and the register file."""

_Reader: TypeAlias = Callable[[jax.Array], jax.Array]


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


def _apply(row: Primitive, *operands: tuple[_Reader, jax.Array]) -> Any:
    return row.floating(jnp, *(read(index) for read, index in operands))


def _dispatch(opcode: jax.Array, a: jax.Array, b: jax.Array, registers: jax.Array, constants: jax.Array) -> jax.Array:
    """Returns the new row. The branches read their operands themselves, which spares a copy of each."""
    num_lanes = registers.shape[1]

    def register(index: jax.Array) -> jax.Array:
        return jnp.asarray(lax.dynamic_index_in_dim(registers, index, 0, keepdims=False))

    def constant(index: jax.Array) -> jax.Array:
        starts = lax.dynamic_index_in_dim(constants, index, 0)
        return jnp.broadcast_to(starts, (num_lanes // starts.size, starts.size)).reshape(num_lanes)

    branches: dict[str, Callable[[], Any]] = {"load": lambda: constant(a), "copy": lambda: register(a)}
    for name, row in PRIMITIVES.items():
        if row.arity == 1:
            branches[name] = partial(_apply, row, (register, a))
        else:
            branches[name] = partial(_apply, row, (register, a), (register, b))
            branches[name + "_constant"] = partial(_apply, row, (register, a), (constant, b))
            branches["constant_" + name] = partial(_apply, row, (constant, a), (register, b))
    return jnp.asarray(lax.switch(opcode, [branches[name] for name in OPCODES]))


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
        constants: of shape (max_programs, num_constants), of the type of the points.
        points: of shape (num_points,), whose type is that of the arithmetic.
        weights: of shape (num_points,).
        goals: of shape (num_points,).
        batched: runs all programs side by side with static trip counts, as a GPU wants it.

    Returns:
        of shape (max_programs,), of which the first ``num_programs`` are measured; NaN where a value is.
    """
    num_points = len(points)
    block_points = min(_BLOCK_POINTS, num_points)
    num_blocks = -(-num_points // block_points)

    def measure_block(block: jax.Array, state: _Measured) -> _Measured:
        # The last block ends with the points and repeats some of the one before.
        begin = jnp.minimum(block * block_points, num_points - block_points)
        x, weight, goal = (lax.dynamic_slice_in_dim(row, begin, block_points) for row in (points, weights, goals))
        registers = state[1].at[X_REGISTER].set(x)

        def measure(registers: jax.Array) -> jax.Array:
            return _largest(jnp.abs(registers[NUM_REGISTERS] * weight - goal))

        def measure_next(n: jax.Array, state: _Measured) -> _Measured:
            registers = interpret(code[n], lengths[n], constants[n][:, None], state[1])
            return state[0].at[n].max(measure(registers)), registers

        if batched:
            every = jax.vmap(interpret, (0, None, 0, None))(code, code.shape[1], constants[..., None], registers)
            return jnp.maximum(state[0], jax.vmap(measure)(every)), registers
        errors, registers = lax.fori_loop(0, num_programs, measure_next, (state[0], registers))
        return errors, registers

    start = (jnp.zeros(len(code), points.dtype), register_file(points[:block_points], weights[:block_points], 1))
    return jnp.asarray(lax.fori_loop(0, num_blocks, measure_block, start)[0])


def _largest(row: jax.Array) -> jax.Array:
    """Returns the maximum, NaN where there is one; folding the row keeps the compiler's vectors full."""
    while len(row) > _FOLDED:
        half = -(-len(row) // 2)
        row = jnp.maximum(row[:half], row[-half:])
    return row.max()
