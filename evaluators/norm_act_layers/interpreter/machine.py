"""Runs the code of a layer over the blocks of a tensor, without compiling it.

On a CPU all loops, over sections, blocks and rows of code, have trip counts that are data, and XLA compiles them into
one function when it is told that they are small (:data:`evaluators.settings.XLA_FLAGS`), which makes them twice as
fast. They must keep to what such a function may hold: no custom call, scatter or sort.

On a GPU the same code is run for many layers at once: under ``jax.vmap`` each step gathers the operands of all layers,
computes every operation and selects; there the tensor is one block, and one loop runs as many rows for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.norm_act_layers.interpreter.code import Code
from evaluators.norm_act_layers.interpreter.lanes import Lanes
from evaluators.norm_act_layers.interpreter.opcodes import BACKWARD, FORWARD, SPREAD, WIDE, Elementwise

_Memory: TypeAlias = tuple[jax.Array, jax.Array]
"""The registers, of shape (registers, lanes), and the output, of shape (blocks, lanes)."""


@partial(jax.jit, static_argnames=("lanes", "registers", "adjoints"))
def run(
    code: Code,
    table: jax.Array,
    x: jax.Array,
    output: jax.Array,
    lanes: Lanes,
    registers: int,
    adjoints: bool,
) -> tuple[jax.Array, jax.Array]:
    """Runs the code of one direction of a layer; places of a network that have the same shape are traced once.

    Args:
        code: of any layer.
        table: of shape (slots, channels): values that are the same at all places.
        x: of shape (blocks, lanes).
        output: likewise; the adjoint from outside, which is replaced by that of x, or what is replaced by the output.
        lanes: how the tensors are cut.
        registers: that the code may use.
        adjoints: whether the code may hold derivatives.

    Returns:
        the output, of the shape of x, and the vectors, of shape (slots, channels); 0 if never written.
    """
    memory = jnp.zeros((registers, lanes.num_lanes), x.dtype)
    step = _Steps(code.rows, table, lanes, BACKWARD if adjoints else FORWARD, x)
    if lanes.whole:
        memory = lax.fori_loop(jnp.int32(0), code.num_rows, partial(step.any, output), memory)
        output = memory[:1]
    else:
        memory, output = lax.fori_loop(jnp.int32(0), code.num_sections, partial(_section, code, step), (memory, output))
    vectors = lanes.first_place(memory[jnp.maximum(code.vectors, 0)])
    return output, jnp.where(code.vectors[:, None] >= 0, vectors, 0)


def _section(code: Code, step: _Steps, number: jax.Array, carry: _Memory) -> _Memory:
    begin, end, kind = code.sections[number]

    def run_block(block: jax.Array, carry: _Memory) -> _Memory:
        memory, output = carry
        memory = lax.fori_loop(begin, end, partial(_run, code.runs, step, output, block), memory)

        def store(_: jax.Array, output: jax.Array) -> jax.Array:
            return jnp.asarray(
                lax.dynamic_update_index_in_dim(output, memory[0], block, 0, allow_negative_indices=False)
            )

        # A loop of one step or none, unlike a condition, leaves the tensor where it is.
        return memory, lax.fori_loop(jnp.int32(0), kind // 2, store, output)

    memory, output = lax.fori_loop(
        jnp.int32(0), jnp.where(kind > 0, jnp.int32(step.num_blocks), jnp.int32(1)), run_block, carry
    )
    return memory, output


def _run(
    runs: jax.Array, step: _Steps, output: jax.Array, block: jax.Array, number: jax.Array, memory: jax.Array
) -> jax.Array:
    begin, middle, end = runs[number]

    def run_part(part: jax.Array, memory: jax.Array) -> jax.Array:
        return jnp.asarray(lax.fori_loop(begin, middle, partial(step.narrow, output, block, part), memory))

    memory = lax.fori_loop(
        jnp.int32(0), jnp.where(middle > begin, jnp.int32(step.num_parts), jnp.int32(0)), run_part, memory
    )
    return jnp.asarray(lax.fori_loop(middle, end, step.wide, memory))


class _Steps:
    """The steps that run one row of code; branches read their operands themselves, which spares a copy of each."""

    def __init__(
        self,
        rows: jax.Array,
        table: jax.Array,
        lanes: Lanes,
        operations: Mapping[str, Elementwise],
        x: jax.Array,
    ) -> None:
        self.num_blocks = lanes.num_blocks
        self.num_parts = lanes.num_lanes // lanes.narrow
        self._rows = rows
        self._table = table
        self._lanes = lanes
        self._operations = operations.values()
        self._x = x

    def any(self, output: jax.Array, position: jax.Array, memory: jax.Array) -> jax.Array:
        """Runs any row on the only block."""
        zero, row = jnp.int32(0), self._rows[position]
        branches = self._wide(memory, row) + self._narrow(memory, row, output, zero, zero, self._lanes.num_lanes)
        return _write(memory, _switch(row[0] - (len(SPREAD) - 1), branches), row[4], zero)

    def wide(self, position: jax.Array, memory: jax.Array) -> jax.Array:
        """Runs a row on a whole block."""
        row = self._rows[position]
        return _write(memory, _switch(row[0] - (len(SPREAD) - 1), self._wide(memory, row)), row[4], jnp.int32(0))

    def narrow(
        self, output: jax.Array, block: jax.Array, part: jax.Array, position: jax.Array, memory: jax.Array
    ) -> jax.Array:
        """Runs an elementwise row on a part of a block."""
        row, first = self._rows[position], part * self._lanes.narrow
        branches = self._narrow(memory, row, output, block, first, self._lanes.narrow)
        return _write(memory, _switch(row[0] - len(WIDE), branches), row[4], first)

    def _wide(self, memory: jax.Array, row: jax.Array) -> list[Callable[[], jax.Array]]:
        num_lanes, zero = self._lanes.num_lanes, jnp.int32(0)

        def spread() -> jax.Array:
            # An average reads no table, and a row of the table no register; either may read any.
            vector = _read(self._table, row[1], zero, self._lanes.channels)
            kind = jnp.minimum(row[0], len(SPREAD) - 1)
            return self._lanes.spread(kind, vector, _read(memory, row[1], zero, num_lanes))

        return [spread, lambda: self._lanes.average_c(_read(memory, row[1], zero, num_lanes))]

    def _narrow(
        self, memory: jax.Array, row: jax.Array, output: jax.Array, block: jax.Array, first: jax.Array, size: int
    ) -> list[Callable[[], jax.Array]]:
        def apply(operation: Elementwise) -> jax.Array:
            operands = (_read(memory, row[1 + i], first, size) for i in range(operation.arity))
            return jnp.asarray(operation.meaning(*operands))

        return [
            lambda: jnp.zeros(size, memory.dtype),
            lambda: _read(self._x, block, first, size),
            lambda: _read(output, block, first, size),
            lambda: _read(memory if self._lanes.whole else output, block, first, size),
            *(partial(apply, operation) for operation in self._operations),
        ]


def _switch(index: jax.Array, branches: list[Callable[[], jax.Array]]) -> jax.Array:
    return jnp.asarray(lax.switch(index, branches))


def _read(rows: jax.Array, row: jax.Array, first: jax.Array, size: int) -> jax.Array:
    part = lax.dynamic_slice(rows, (row, first), (1, size), allow_negative_indices=False)
    return part.reshape(size)


def _write(memory: jax.Array, value: jax.Array, row: jax.Array, first: jax.Array) -> jax.Array:
    updated = lax.dynamic_update_slice(memory, value[None], (row, first), allow_negative_indices=False)
    return jnp.asarray(updated)
