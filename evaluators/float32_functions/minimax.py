"""The real-valued fit: constants that make a program's largest error over the reals nearly least, in ULPs.

Each round solves the linear problem of least p-th powers of the errors, p growing as :data:`POWERS` has it, with
weights that follow the errors (Lawson 1961; Karlovitz 1970). Against the minimax problem itself the largest error is a
few per cent more, while errors below it still count: where a program chooses between two branches, each of them is
fitted, not the worse one alone. Rounds repeat in a trust region for programs that are not linear in their constants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluators.float32_functions.free_constants import Doubles, free_values
from evaluators.float32_functions.shadow import shadow
from primitives.float_format import FloatFormat
from search_spaces.float32_functions.typed_program import TypedProgram

POWERS = ((4, 2), (8, 3), (16, 3), (32, 3))
"""The powers after the second, and the steps with each."""
SMALLEST_WEIGHT = 1e-2
SHORTENING = 4.0
MAX_SHORTENINGS = 4
RANK_TOLERANCE = 1e-12
SETTLED = 0.995


@dataclass(frozen=True, slots=True)
class Points:
    """Inputs where a program can be fitted.

    Attributes:
        x: numbers of the format, ``(num_points,)``.
        reference: exact values there.
        spacing: of the format in the binades of the exact values.
        flush: whether the arithmetic flushes subnormal numbers.
    """

    x: npt.NDArray[Any]
    reference: Doubles
    spacing: Doubles
    flush: bool

    def at(self, chosen: npt.NDArray[np.intp]) -> Points:
        """Returns some of the points."""
        return Points(self.x[chosen], self.reference[chosen], self.spacing[chosen], self.flush)

    def some(self, number: int) -> Points:
        """Returns so many of the points at most, evenly in their order."""
        return self.at(np.unique(np.linspace(0, len(self.x) - 1, min(number, len(self.x))).astype(np.intp)))

    def joined(self, others: Points) -> Points:
        """Returns these points and others."""
        return Points(
            np.concatenate([self.x, others.x]),
            np.concatenate([self.reference, others.reference]),
            np.concatenate([self.spacing, others.spacing]),
            self.flush,
        )


def fit_points(x: Any, reference: Any, fmt: FloatFormat, *, flush: bool) -> Points:
    """Returns the inputs whose exact value is a normal number: elsewhere a fit of relative errors has no meaning."""
    with np.errstate(over="ignore", invalid="ignore"):
        x = np.asarray(x).astype(fmt.dtype)
        reference = np.asarray(reference, np.float64)
        size = np.abs(reference)
        kept = np.isfinite(x) & (size >= fmt.smallest_normal) & (size <= fmt.largest)
        if flush:
            kept &= np.abs(x) >= fmt.dtype.type(fmt.smallest_normal)
    return Points(x[kept], reference[kept], spacing(reference[kept], fmt), flush)


def spacing(values: Doubles, fmt: FloatFormat) -> Doubles:
    """Returns the distance of the format's numbers in the binades of values."""
    exponent = np.maximum(np.frexp(values)[1] - 1, 1 - fmt.bias)
    return np.asarray(np.ldexp(1.0, exponent - fmt.fraction_bits), np.float64)


@dataclass(frozen=True, slots=True)
class RealFit:
    """Constants fitted over the reals.

    Attributes:
        constants: ``(num_free,)``.
        largest: the largest error on the points, in ULPs; infinity where the program is nowhere finite.
        tangents: derivatives of the errors by the constants, ``(num_points_used, num_free)``.
    """

    constants: Doubles
    largest: float
    tangents: Doubles


def fit_real(program: TypedProgram, points: Points, *, max_rounds: int = 6, start: Doubles | None = None) -> RealFit:
    """Fits the constants of a program over the reals.

    Args:
        program: whose own constants are the start if none is given.
        points: where the error counts.
        max_rounds: linearisations at most; programs linear in their constants need one.
        start: ``(num_free,)``.
    """
    constants = free_values(program) if start is None else np.asarray(start, np.float64)
    errors, tangents = _errors(program, points, constants)
    best = RealFit(constants, _largest(errors), tangents)
    with np.errstate(all="ignore"):
        for _ in range(max_rounds):
            step = least_powers(errors, tangents)
            if step is None:
                break
            predicted = _largest(errors + tangents @ step)
            better, errors, tangents = _along(program, points, best, step)
            if better is None:
                break
            settled = better.largest > SETTLED * best.largest or better.largest < predicted * (2 - SETTLED)
            best = better
            if settled:
                break
    return best


def _along(
    program: TypedProgram, points: Points, best: RealFit, step: Doubles
) -> tuple[RealFit | None, Doubles, Doubles]:
    """Returns the first better fit along a step taken shorter and shorter, its errors and their derivatives."""
    scale = 1.0
    errors, tangents = np.zeros(0), best.tangents
    for _ in range(MAX_SHORTENINGS):
        constants = best.constants + scale * step
        errors, tangents = _errors(program, points, constants)
        largest = _largest(errors)
        if largest < best.largest:
            return RealFit(constants, largest, tangents), errors, tangents
        scale /= SHORTENING
    return None, errors, tangents


def _errors(program: TypedProgram, points: Points, constants: Doubles) -> tuple[Doubles, Doubles]:
    """Returns errors and their derivatives in ULPs, ``(num_points,)`` and ``(num_points, num_free)``.

    Points that no constant moves, where the program is clamped say, are no matter of the fit.
    """
    run = shadow(program, points.x, constants, flush=points.flush)
    errors = (run.values - points.reference) / points.spacing
    tangents = run.tangents.T / points.spacing[:, None]
    moved = np.any(tangents != 0, axis=1) & np.all(np.isfinite(tangents), axis=1)
    errors = np.where(moved | np.isfinite(errors), errors, 0.0)
    return np.where(moved, errors, 0.0), np.where(moved[:, None], tangents, 0.0)


def _largest(errors: Doubles) -> float:
    largest = float(np.max(np.abs(errors), initial=0.0))
    return largest if np.isfinite(largest) else float("inf")


def least_powers(errors: Doubles, tangents: Doubles) -> Doubles | None:
    """Returns the step that nearly minimises the largest abs(errors + tangents @ step), None where none is defined."""
    usable = np.isfinite(errors)
    if not tangents.size or not usable.any():
        return None
    scale = np.abs(tangents[usable]).max(axis=0)
    used = scale > 0
    if not used.any():
        return None
    # Orthogonal columns: high powers of x are nearly dependent, and weights would make it worse.
    left, singular, right = np.linalg.svd(tangents[usable][:, used] / scale[used], full_matrices=False)
    rank = int(np.sum(singular > RANK_TOLERANCE * singular[0]))
    coordinates = _in_basis(errors[usable], left[:, :rank])
    step = np.zeros(len(scale))
    step[used] = (right[:rank].T @ (coordinates / singular[:rank])) / scale[used]
    return step if np.all(np.isfinite(step)) else None


def _in_basis(errors: Doubles, basis: Doubles) -> Doubles:
    """Returns the coordinates d for which the largest abs(errors + basis @ d) is nearly least."""
    step = -(basis.T @ errors)
    left = errors + basis @ step
    best, smallest = step, float(np.abs(left).max())
    for power, rounds in POWERS:
        for _ in range(rounds):
            size = np.abs(left)
            highest = size.max()
            if highest <= 0:
                return best
            # Newton's step of the sum of p-th powers; weights are bounded below so that it stays defined.
            weights = np.maximum(size / highest, SMALLEST_WEIGHT) ** (power - 2)
            weighted = basis.T * weights
            step = step - _solved(weighted @ basis, weighted @ left) / (power - 1 if power > 4 else 2)
            left = errors + basis @ step
            if np.abs(left).max() < smallest:
                best, smallest = step, float(np.abs(left).max())
    return best


def _solved(matrix: Doubles, right: Doubles) -> Doubles:
    """Returns the solution of a symmetric system whose matrix may be nearly singular where weights are small."""
    ridge = 1e-13 * np.trace(matrix) * np.eye(len(right))
    return np.asarray(np.linalg.solve(matrix + ridge, right), np.float64)
