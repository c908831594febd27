"""The op-code interpreter of typed programs: runs them in the arithmetic of compiled code without compiling any.

As in :mod:`evaluators.interpreter`, XLA compiles the whole loop over rows into one function on a CPU when it is told
that the loop is small (:data:`evaluators.settings.XLA_FLAGS`). Registers hold bit patterns, which are read as what the
operation takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jax import lax

from evaluators.float32_functions.bytecode import MAX_CONSTANTS, NUM_REGISTERS, OPCODES, X_REGISTER, assemble
from evaluators.float32_functions.free_constants import Doubles, free_places
from evaluators.float32_functions.minimax import Points
from primitives.float_format import FORMATS, FloatFormat
from primitives.machine import MACHINE
from primitives.machine_primitive import Kind
from search_spaces.float32_functions.typed_program import TypedProgram

LANES = 1024
"""Points at a time, so few that the registers stay in the nearest caches."""

_BLOCKS = 8
"""Blocks of a call; more points take several."""

_VECTORS = 128
"""Vectors of constants of a call."""

_Measured: TypeAlias = tuple[jax.Array, jax.Array, jax.Array]
"""The largest error of each vector, the values of the last one, and the registers."""


def run_interpreted(program: TypedProgram, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Returns a program's values as XLA computes each operation, subnormals treated as it treats them.

    Args:
        program: what to run.
        x: inputs of the program's format, of shape (num_points,).

    Returns:
        numbers of the format, of shape (num_points,).
    """
    fmt = program.float_format
    inputs = np.asarray(x, fmt.dtype)
    nowhere = np.zeros(len(inputs))
    values = np.zeros(len(inputs), fmt.int_dtype)
    for part in _parts(len(inputs)):
        values[part] = _run(program, _patterns(program), inputs[part], nowhere[part], nowhere[part])[1]
    return values.view(fmt.dtype)


def largest_ulps(program: TypedProgram, vectors: Doubles, points: Points) -> Doubles:
    """Measures a program with many vectors of its fitted constants.

    Args:
        program: what to run.
        vectors: values of the fitted constants, numbers of the format, of shape (num_vectors, num_free).
        points: inputs whose exact values are finite.

    Returns:
        the largest error in ULP of each vector, of shape (num_vectors,); infinity where a value is not a number.
    """
    constants = _patterns(program, np.atleast_2d(vectors))
    largest = np.zeros(len(constants))
    for part in _parts(len(points.x)):
        x, exact, per_unit = points.x[part], points.reference[part], 1 / points.spacing[part]
        for first in range(0, len(constants), _VECTORS):
            chosen = slice(first, first + _VECTORS)
            measured, _ = _run(program, constants[chosen], x, exact, per_unit)
            largest[chosen] = np.maximum(largest[chosen], measured)
    return largest


def _parts(num_points: int) -> Iterator[slice]:
    return (slice(begin, begin + _BLOCKS * LANES) for begin in range(0, num_points, _BLOCKS * LANES))


def _patterns(program: TypedProgram, vectors: Doubles | None = None) -> npt.NDArray[Any]:
    """Returns the bit patterns of all constants, of shape (num_vectors, MAX_CONSTANTS)."""
    fmt = program.float_format
    result = np.zeros((1 if vectors is None else len(vectors), MAX_CONSTANTS), fmt.int_dtype)
    for kind, dtype in (("float", fmt.dtype), ("int", fmt.int_dtype)):
        places = [k for k, constant in enumerate(program.constants) if constant.kind == kind]
        values = np.array([program.constants[k].value for k in places])
        result[:, places] = values.astype(dtype).view(fmt.int_dtype)
    if vectors is not None:
        result[:, free_places(program)] = np.ascontiguousarray(vectors).astype(fmt.dtype).view(fmt.int_dtype)
    return result


def _run(
    program: TypedProgram, constants: npt.NDArray[Any], x: npt.NDArray[Any], exact: Doubles, per_unit: Doubles
) -> tuple[Doubles, npt.NDArray[Any]]:
    """Returns the largest errors of at most _VECTORS vectors on at most one part of the points, and the last's values.

    Errors are measured in doubles, which hold a difference of the format's numbers as it is.
    """
    fmt = program.float_format
    code = assemble(program)
    vectors = np.zeros((_VECTORS, MAX_CONSTANTS), fmt.int_dtype)
    vectors[: len(constants)] = constants
    rows = [_in_blocks(row) for row in (np.asarray(x, fmt.dtype).view(fmt.int_dtype), exact, per_unit)]
    counts = np.array([code.num_shared, code.num_rows, code.output, len(constants), -(-len(x) // LANES)], np.int32)
    with jax.enable_x64(True):
        largest, values = _measure(code.rows, counts, vectors, *rows, fmt.name)
    return np.asarray(largest)[: len(constants)], np.asarray(values).ravel()[: len(x)]


def _in_blocks(row: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Returns a row as (_BLOCKS, LANES), its last value repeated to the end."""
    padded = np.full(_BLOCKS * LANES, row[-1], row.dtype)
    padded[: len(row)] = row
    return padded.reshape(_BLOCKS, LANES)


@partial(jax.jit, static_argnames=("format_name",))
def _measure(
    rows: jax.Array,
    counts: jax.Array,
    constants: jax.Array,
    x: jax.Array,
    exact: jax.Array,
    per_unit: jax.Array,
    format_name: str,
) -> tuple[jax.Array, jax.Array]:
    """Runs a program with every vector of constants on every block of points.

    Args:
        rows: its code.
        counts: shared rows, rows, the output's register, vectors, blocks.
        constants: bit patterns, of shape (_VECTORS, MAX_CONSTANTS).
        x: bit patterns, of shape (_BLOCKS, LANES).
        exact: doubles, of the shape of x.
        per_unit: 1 / ULP, of the shape of x.
        format_name: of the floats.

    Returns:
        the largest errors of shape (_VECTORS,), and the bit patterns of the last vector's values, of the shape of x.
    """
    fmt = FORMATS[format_name]
    num_shared, num_rows, output, num_vectors, num_blocks = counts

    def step(n: jax.Array, state: _Measured) -> _Measured:
        largest, values, registers = state
        block, vector = n // num_vectors, n % num_vectors
        is_first = vector == 0
        registers = registers.at[X_REGISTER].set(x[block])
        registers = _interpret(fmt, rows, jnp.where(is_first, 0, num_shared), num_rows, constants[vector], registers)
        pattern = lax.dynamic_index_in_dim(registers, output, 0, keepdims=False)
        errors = jnp.abs(_read(fmt, pattern, "float").astype(jnp.float64) - exact[block]) * per_unit[block]
        worst = _largest(jnp.where(jnp.isnan(errors), jnp.inf, errors))
        return largest.at[vector].max(worst), lax.dynamic_update_index_in_dim(values, pattern, block, 0), registers

    start = (jnp.zeros(len(constants)), jnp.zeros_like(x), jnp.zeros((NUM_REGISTERS, LANES), x.dtype))
    largest, values, _ = lax.fori_loop(0, num_blocks * num_vectors, step, start)
    return largest, values


def _largest(row: jax.Array) -> jax.Array:
    """Returns the maximum; folding the row keeps the compiler's vectors full."""
    while len(row) > 32:
        half = len(row) // 2
        row = jnp.maximum(row[:half], row[half:])
    return row.max()


def _interpret(
    fmt: FloatFormat,
    rows: jax.Array,
    begin: jax.Array,
    end: jax.Array,
    constants: jax.Array,
    registers: jax.Array,
) -> jax.Array:
    """Runs rows of code over all lanes.

    Args:
        fmt: of the floats.
        rows: as :func:`evaluators.float32_functions.bytecode.assemble` makes them.
        begin: the first row to run.
        end: the row to stop before.
        constants: bit patterns of shape (MAX_CONSTANTS,).
        registers: bit patterns of shape (NUM_REGISTERS, LANES).

    Returns:
        the registers afterwards.
    """

    def step(position: jax.Array, registers: jax.Array) -> jax.Array:
        row = rows[position]
        value = _dispatch(fmt, row, registers, constants)
        return jnp.asarray(lax.dynamic_update_index_in_dim(registers, value, row[4], 0))

    return jnp.asarray(lax.fori_loop(begin, end, step, registers))


def _dispatch(fmt: FloatFormat, row: jax.Array, registers: jax.Array, constants: jax.Array) -> jax.Array:
    """Returns the new row. The branches read their operands themselves, which spares a copy of each."""

    def operand(place: str, index: jax.Array) -> jax.Array:
        if place == "r":
            return jnp.asarray(lax.dynamic_index_in_dim(registers, index, 0, keepdims=False))
        return jnp.broadcast_to(lax.dynamic_index_in_dim(constants, index, 0), (LANES,))

    def branch(name: str) -> Callable[[], jax.Array]:
        if name == "load":
            return lambda: operand("c", row[1])
        base, _, places = name.rpartition("_") if name not in MACHINE else (name, "", "")
        primitive = MACHINE[base]
        kinds = list(zip(primitive.operands, places or "r" * primitive.arity, strict=True))

        def apply() -> jax.Array:
            operands = [_read(fmt, operand(place, row[1 + k]), kind) for k, (kind, place) in enumerate(kinds)]
            return _written(fmt, primitive.traced(fmt, *operands), primitive.result)

        return apply

    return jnp.asarray(lax.switch(row[0], [branch(name) for name in OPCODES]))


def _read(fmt: FloatFormat, pattern: jax.Array, kind: Kind) -> Any:
    if kind == "bool":
        return pattern != 0
    return lax.bitcast_convert_type(pattern, fmt.dtype) if kind == "float" else pattern


def _written(fmt: FloatFormat, value: Any, kind: Kind) -> jax.Array:
    if kind == "float":
        return jnp.asarray(lax.bitcast_convert_type(value, fmt.int_dtype))
    return jnp.asarray(value.astype(fmt.int_dtype))
