"""Fitting the constants of machine programs over the reals, rounded to the format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluators.float32_functions.free_constants import Doubles, with_free_values
from evaluators.float32_functions.minimax import Points, fit_points, fit_real
from evaluators.float32_functions.semantics import run_exact
from search_spaces.float32_functions.typed_program import TypedProgram

NUM_FITTED = 400
"""Points of the real-valued fit."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A program with its constants fitted.

    Attributes:
        program: the program; constants are numbers of its format.
        max_ulp: its true largest error on the points, in ULPs; infinity where it is not finite.
        real_ulp: the largest error over the reals, which no choice of numbers of the format goes much below.
    """

    program: TypedProgram
    max_ulp: float
    real_ulp: float


def fit(program: TypedProgram, x: Any, reference: Any, *, flush: bool = True, max_rounds: int = 6) -> Fitted:
    """Fits the constants over the reals and rounds them: milliseconds.

    Args:
        program: constants marked free are fitted, from their values.
        x: inputs; those where the exact value is not a normal number are left out.
        reference: exact values there.
        flush: whether the arithmetic flushes subnormal numbers.
        max_rounds: linearisations at most.
    """
    points = fit_points(x, reference, program.float_format, flush=flush)
    with np.errstate(all="ignore"):
        real = fit_real(program, points.some(NUM_FITTED), max_rounds=max_rounds)
        result = with_free_values(program, real.constants)
        return Fitted(result, float(exact_errors(result, points).max(initial=0.0)), real.largest)


def exact_errors(program: TypedProgram, points: Points) -> Doubles:
    """Returns the absolute errors in ULPs of the exact-rounding run; infinity where the output is no number."""
    output = np.asarray(run_exact(program, points.x, flush=points.flush)[-1], np.float64)
    errors = np.abs(np.broadcast_to(output, points.x.shape) - points.reference) / points.spacing
    return np.nan_to_num(errors, nan=np.inf)
