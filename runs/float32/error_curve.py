"""The error of a program over its domain, in the order of the numbers of its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.float32_functions.input_order import place
from evaluators.float32_functions.reference import reference
from evaluators.float32_functions.semantics import flushes_subnormals, run_exact
from evaluators.float32_functions.targets import MachineTarget
from evaluators.float32_functions.ulp import flush_inputs, ulp_errors
from primitives.float_format import FloatFormat
from search_spaces.float32_functions.typed_program import TypedProgram


@dataclass(frozen=True, slots=True)
class ErrorCurve:
    """The range of the signed error in each of many stretches of the domain, each of as many numbers.

    Attributes:
        inputs: the first number of each stretch, ascending.
        low: the least signed error there, in ULP; infinite where a value is wrong beyond all measure.
        high: the greatest.
    """

    inputs: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def largest(self) -> float:
        """The largest finite error."""
        errors = np.abs([*self.low, *self.high])
        return float(np.max(errors, where=np.isfinite(errors), initial=0.0))


def error_curve(program: TypedProgram, target: MachineTarget, stretches: int, samples: int) -> ErrorCurve:
    """Samples the error of a program in its exact-rounding meaning, subnormal numbers flushed where XLA does.

    Args:
        program: what is run.
        target: the function and its domain.
        stretches: how many.
        samples: numbers of each that are tried.
    """
    fmt = program.float_format
    flush = flushes_subnormals(fmt)
    x = numbers(target, fmt, stretches * samples)
    values = np.asarray(run_exact(program, x, flush=flush)[-1], np.float64)
    exact = reference(target, flush_inputs(x, fmt) if flush else np.asarray(x, np.float64))
    with np.errstate(invalid="ignore"):
        errors = np.copysign(ulp_errors(values, exact, fmt, flush), np.nan_to_num(values - exact))
    rows = errors.reshape(stretches, samples)
    starts = np.asarray(x, np.float64).reshape(stretches, samples)[:, 0]
    return ErrorCurve(*(tuple(row.tolist()) for row in (starts, rows.min(axis=1), rows.max(axis=1))))


def numbers(target: MachineTarget, fmt: FloatFormat, count: int) -> NDArray[Any]:
    """Returns numbers of a domain in ascending order, as evenly as the format's own numbers lie.

    Args:
        target: its ends are among the numbers.
        fmt: the format.
        count: how many; where the domain has fewer, some stand several times.
    """
    first, last = (place(fmt.nearest(end), fmt) for end in (target.lower, target.upper))
    # whole numbers of 33 bits are exact in doubles
    order = np.rint(np.linspace(first, last, count)).astype(np.int64)
    half = 2 ** (fmt.bits - 1)
    patterns = np.where(order >= half, order - half, 2 * half - 1 - order)
    return np.asarray(patterns.astype(f"uint{fmt.bits}").view(fmt.dtype))
