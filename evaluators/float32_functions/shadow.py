"""What a machine program computes over the reals, and its derivatives by the constants that are fitted.

Steps that round, compare or take numbers apart are decided by the exact run in the program's own arithmetic and are
constants of the real one: the nearest integer that a reduction subtracts stays what the machine found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluators.float32_functions.free_constants import Doubles, all_values, free_places, with_free_values
from evaluators.float32_functions.semantics import run_exact
from primitives.machine import MACHINE
from primitives.machine_primitive import MachinePrimitive
from search_spaces.float32_functions.typed_program import TypedProgram


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
    fixed = all_values(program, [np.float64(c) for c in constants], _fixed)
    directions = dict(zip(free_places(program), tangent_of, strict=True))
    for position, (name, *references) in enumerate(program.instructions, 1):
        row = MACHINE[name]
        if row.real is None:
            kept = np.asarray(exact[position])
            values.append(kept.astype(np.float64) if row.result == "float" else kept)
            tangents.append(None)
            continue
        operands = [values[r] if r >= 0 else fixed[-1 - r] for r in references]
        slopes = [tangents[r] if r >= 0 else _column(directions.get(-1 - r)) for r in references]
        result = row.real(fmt, *operands)
        values.append(result)
        tangents.append(_tangent(row, fmt, operands, slopes, result))
    num_points = len(values[0])
    output = np.broadcast_to(values[-1], (num_points,)).astype(np.float64)
    slope = np.zeros((len(constants), num_points)) if tangents[-1] is None else tangents[-1]
    return Shadow(output, np.broadcast_to(slope, (len(constants), num_points)))


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
