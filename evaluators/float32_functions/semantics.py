"""The exact-rounding meaning of programs on NumPy: every operation is rounded once, subnormals kept or flushed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from primitives.float_format import FLOAT32, FloatFormat
from primitives.machine import MACHINE
from primitives.machine_primitive import MachinePrimitive
from search_spaces.float32_functions.typed_program import TypedProgram


def run_exact(
    program: TypedProgram, x: npt.ArrayLike, *, flush: bool, constants: Sequence[npt.ArrayLike] | None = None
) -> list[npt.NDArray[Any]]:
    """Runs a program as a processor does that rounds the result of each operation once.

    Args:
        program: what to run.
        x: inputs of the program's format; other numbers are rounded to it.
        flush: whether subnormal operands and results of arithmetic count as the zero of their sign, as XLA has it on a
            CPU. Operations on bit patterns do not flush.
        constants: one value per constant in place of the program's own, of any shapes that broadcast with x: of shape
            (num_vectors, 1) for many constant vectors at once.

    Returns:
        every value, the input first and the output last, by its kind of the format's floats or integers, or bool.
    """
    fmt = program.float_format
    given = [constant.value for constant in program.constants] if constants is None else constants
    dtypes = [fmt.dtype if constant.kind == "float" else fmt.int_dtype for constant in program.constants]
    arrays = [np.asarray(value, dtype) for value, dtype in zip(given, dtypes, strict=True)]
    with np.errstate(all="ignore"):
        return program.run(np.asarray(x, fmt.dtype), arrays, meaning(fmt, flush=flush))


def flushes_subnormals(fmt: FloatFormat) -> bool:
    """Returns whether XLA flushes subnormals of a format on a CPU; those of float16 are normal in its float32."""
    return fmt.exponent_bits == FLOAT32.exponent_bits


def meaning(fmt: FloatFormat, *, flush: bool) -> Callable[..., Any]:
    """Returns the meaning of an operation's name and operands, as :meth:`TypedProgram.run` takes it."""

    def kept(name: str, *operands: Any) -> Any:
        return MACHINE[name].exact(fmt, *operands)

    def flushed(name: str, *operands: Any) -> Any:
        row = MACHINE[name]
        if not (row.flushes or row.result == "bool"):
            return row.exact(fmt, *operands)
        return _flushing(fmt, row, [_zeroed(fmt, a) if a.dtype == fmt.dtype else a for a in operands])

    return flushed if flush else kept


def _flushing(fmt: FloatFormat, row: MachinePrimitive, operands: Sequence[Any]) -> Any:
    result = np.asarray(row.exact(fmt, *operands))
    if row.result != "float":
        return result
    result = _zeroed(fmt, result)
    if row.name in _IN_DOUBLES and (brink := np.abs(result) == fmt.smallest_normal).any():
        # x86 tells what is tiny after rounding to the format's precision with an unbounded exponent: it flushes some
        # of what rounds to the least normal number.
        exact = _IN_DOUBLES[row.name](*(np.asarray(operand, np.float64) for operand in operands))
        tiny = brink & (np.abs(exact) < fmt.smallest_normal * (1 - 2.0 ** -(fmt.fraction_bits + 2)))
        result = np.where(tiny, np.copysign(fmt.dtype.type(0), result), result)
    return result


def _zeroed(fmt: FloatFormat, a: Any) -> Any:
    """Returns numbers with subnormals replaced by the zeros of their signs."""
    return np.where(np.abs(a) < fmt.dtype.type(fmt.smallest_normal), np.copysign(fmt.dtype.type(0), a), a)


_IN_DOUBLES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "fma": lambda a, b, c: a * b + c,
        "round_shift": lambda a, b, c: a * b + c,
    }
)
"""The operations whose results may round to the least normal number from below. Sums of numbers that are normal or zero
are multiples of the least subnormal number and need no rounding there."""
