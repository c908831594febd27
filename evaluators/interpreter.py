"""The op-code interpreter: runs the byte code of many different programs without compiling any of them.

On a CPU, XLA compiles the whole loop over instructions into one function when it is told that the loop is small
(:data:`XLA_FLAGS`, which hold for a whole process); an instruction then costs some 0.03 us and its arithmetic.
The loop must keep to what such a function may hold: no custom call, scatter or sort, and a switch that
returns the new row only. Without the flags it is correct and slower.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.bytecode import NUM_REGISTERS, OPCODES, WEIGHT_REGISTER, X_REGISTER
from primitives import PRIMITIVES

XLA_FLAGS = (
    "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000"
    " --xla_cpu_prefer_vector_width=512 --xla_cpu_multi_thread_eigen=false"
)
"""For the environment of a worker process, set before JAX is imported there."""


def register_file(x: jax.Array, weight: jax.Array, num_outputs: int) -> jax.Array:
    """Returns a fresh register file: registers, then outputs.

    Args:
        x: the points, of shape (num_points, num_starts).
        weight: the seed of the adjoints, of the shape of x.
        num_outputs: outputs kept for all programs of a stream together.

    Returns:
        of shape (NUM_REGISTERS + num_outputs, num_points, num_starts); outputs are 0 until written.
    """
    registers = jnp.zeros((NUM_REGISTERS + num_outputs, *x.shape), x.dtype)
    return registers.at[X_REGISTER].set(x).at[WEIGHT_REGISTER].set(weight)


def interpret(stream: jax.Array, constants: jax.Array, registers: jax.Array) -> jax.Array:
    """Runs a stream of byte code over all points and starts.

    Args:
        stream: int32 of shape (length + 1, 4), as :func:`evaluators.bytecode.link` makes it.
        constants: floats of shape (num_programs, num_constants, num_starts).
        registers: from :func:`register_file`, or from an earlier run of the same stream.

    Returns:
        the register file with the outputs written; rows from NUM_REGISTERS on are the outputs.
    """
    end = stream[-1, 0]
    flat = constants.reshape(-1, constants.shape[-1])

    def step(state: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        position, registers = state
        row = stream[position]
        value = _dispatch(row[0], row[1], row[2], registers, flat)
        return position + 1, lax.dynamic_update_index_in_dim(registers, value, row[3], 0)

    return lax.while_loop(lambda state: state[0] < end, step, (jnp.int32(0), registers))[1]


def _dispatch(opcode: jax.Array, a: jax.Array, b: jax.Array, registers: jax.Array, constants: jax.Array) -> jax.Array:
    first = lax.dynamic_index_in_dim(registers, jnp.minimum(a, NUM_REGISTERS - 1), 0, keepdims=False)
    second = lax.dynamic_index_in_dim(registers, jnp.minimum(b, NUM_REGISTERS - 1), 0, keepdims=False)

    def apply(name: str) -> Any:
        row = PRIMITIVES[name]
        return lambda: row.floating(jnp, *(first, second)[: row.arity])

    def load() -> jax.Array:
        return jnp.broadcast_to(lax.dynamic_index_in_dim(constants, a, 0), first.shape)

    branches = {OPCODES[name]: apply(name) for name in PRIMITIVES}
    branches |= {OPCODES["load"]: load, OPCODES["copy"]: lambda: first}
    return lax.switch(opcode, [branches[code] for code in range(len(branches))])
