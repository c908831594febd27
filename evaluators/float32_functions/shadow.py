"""What a machine program computes over the reals, and its derivatives by the constants that are fitted.

Steps that round, compare or take numbers apart are decided by the exact run in the program's own arithmetic and are
constants of the real one: the nearest integer that a reduction subtracts stays what the machine found. A number made
of another one's bits that is a power of two times it, or minus that, on all points follows it: integers that flip a
sign or add to an exponent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluators.float32_functions.free_constants import Doubles, all_values, free_places, with_free_values
from evaluators.float32_functions.semantics import run_exact
from primitives.float_format import FloatFormat
from primitives.machine import MACHINE
from primitives.machine_primitive import MachinePrimitive
from search_spaces.float32_functions.typed_program import Reference, TypedProgram

_PASSING = ("number", "int_add", "int_sub", "int_xor", "int_or", "int_and", "int_select")
"""What an integer goes through and still counts as the bits of a number."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """The real-valued output of a program on some points.

    Attributes:
        values: ``(num_points,)``.
        tangents: derivatives by the fitted constants, ``(num_free, num_points)``.
    """

    values: Doubles
    tangents: Doubles


def shadow(program: TypedProgram, x: Any, constants: Doubles, *, flush: bool = True) -> Shadow:
    """Runs a program over the reals.

    Args:
        program: the program.
        x: inputs, numbers of the program's format, ``(num_points,)``.
        constants: real values of the fitted constants, ``(num_free,)``.
        flush: whether the exact run that decides flushes subnormal numbers.
    """
    with np.errstate(all="ignore"):
        exact = run_exact(with_free_values(program, constants), x, flush=flush)
        return _run(program, exact, constants)


def _run(program: TypedProgram, exact: Sequence[Any], constants: Doubles) -> Shadow:
    fmt = program.float_format
    tangent_of = np.eye(len(constants))
    values: list[Any] = [np.asarray(exact[0], np.float64)]
    tangents: list[Any] = [None]
    origins: list[frozenset[Reference]] = [frozenset()]
    fixed = all_values(program, [np.float64(c) for c in constants], _fixed)
    directions = dict(zip(free_places(program), tangent_of, strict=True))
    for position, (name, *references) in enumerate(program.instructions, 1):
        operands = [values[r] if r >= 0 else fixed[-1 - r] for r in references]
        row = _row(fmt, name, operands)
        if row.real is None:
            origins.append(_origins(name, references, origins))
            value, slope = _frozen(exact, position, row, values, tangents, origins[-1])
            values.append(value)
            tangents.append(slope)
            continue
        origins.append(frozenset())
        slopes = [tangents[r] if r >= 0 else _column(directions.get(-1 - r)) for r in references]
        result = row.real(fmt, *operands)
        values.append(result)
        tangents.append(_tangent(row, fmt, operands, slopes, result))
    num_points = len(values[0])
    output = np.broadcast_to(values[-1], (num_points,)).astype(np.float64)
    slope = np.zeros((len(constants), num_points)) if tangents[-1] is None else tangents[-1]
    return Shadow(output, np.broadcast_to(slope, (len(constants), num_points)))


def _row(fmt: FloatFormat, name: str, operands: Sequence[Any]) -> MachinePrimitive:
    """Returns the row of an operation; a sum that may not be rewritten is a sum, unless it rounds to an integer."""
    plain = name == "round_shift" and np.all(np.abs(operands[2]) < 2.0 ** (fmt.fraction_bits - 1))
    return MACHINE["fma" if plain else name]


def _origins(
    name: str, references: Sequence[Reference], origins: Sequence[frozenset[Reference]]
) -> frozenset[Reference]:
    """Returns the floats whose bits went into an integer, or into the number made of it."""
    if name == "bits":
        return frozenset(r for r in references if r > 0)
    if name not in _PASSING:
        return frozenset()
    return frozenset().union(*(origins[r] for r in references if r > 0))


def _frozen(
    exact: Sequence[Any],
    position: int,
    row: MachinePrimitive,
    values: Sequence[Any],
    tangents: Sequence[Any],
    origins: frozenset[Reference],
) -> tuple[Any, Any]:
    """Returns the value of a step that the exact run decides, and its tangent where it follows another number."""
    kept = np.asarray(exact[position])
    if row.result != "float":
        return kept, None
    kept = kept.astype(np.float64)
    moving = [origin for origin in origins if tangents[origin] is not None]
    if row.name != "number" or len(moving) != 1:
        return kept, None
    (origin,) = moving
    before = np.asarray(exact[origin], np.float64)
    ratio = np.where(before == 0, 1.0, kept / before)
    usable = np.isfinite(ratio)
    if not np.all(np.abs(np.frexp(ratio[usable])[0]) == 0.5):
        return kept, None
    return values[origin] * ratio, tangents[origin] * ratio


def _fixed(constant: Any) -> Any:
    return np.float64(constant.value) if constant.kind == "float" else np.int32(constant.value)


def _column(direction: Doubles | None) -> Doubles | None:
    return None if direction is None else direction[:, None]


def _tangent(row: MachinePrimitive, fmt: Any, operands: Sequence[Any], slopes: Sequence[Any], result: Any) -> Any:
    """Returns the sum of the operands' tangents, each by its partial derivative; None where it is zero everywhere."""
    total = None
    for partial, slope in zip(row.partials, slopes, strict=True):
        if partial is None or slope is None:
            continue
        term = partial(fmt, *operands, result) * slope
        total = term if total is None else total + term
    return total
