"""Fitting the constants of machine programs: quickly over the reals, then in the target's own arithmetic."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluators.float32_functions.free_constants import Doubles, free_values, with_free_values
from evaluators.float32_functions.many_constants import ManyConstants
from evaluators.float32_functions.minimax import Points, RealFit, fit_points, fit_real, real_errors
from evaluators.float32_functions.neighbours import LargestUlps, Neighbour, Search, one_after_another, rounded
from evaluators.float32_functions.semantics import run_exact
from search_spaces.float32_functions.typed_program import TypedProgram

NUM_FITTED = 400
"""Points of the real-valued fit."""
NUM_WATCHED = 8192
"""Points whose worst join it."""
NUM_HARD = 4096
"""Points of the neighbour search: half of them fixed, half the worst that were met."""
JOINING = 64
MAX_ROUNDS = 20
FIRST_BATCHES = 20
MAX_BATCHES = 640
MAX_FRUITLESS = 24


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
        real = fit_real(program, _some(points, NUM_FITTED), max_rounds=max_rounds)
        result = with_free_values(program, real.constants)
        return Fitted(result, float(exact_errors(result, points).max(initial=0.0)), real.largest)


def polish(
    program: TypedProgram,
    x: Any,
    reference: Any,
    rng: np.random.Generator,
    *,
    flush: bool = True,
    seconds: float = 5.0,
    goal: float = 0.5,
) -> Fitted:
    """Fits the constants and searches neighbouring numbers for the least true error: seconds.

    The search sees few points; the worst of all points join them after each search until none is worse.

    Args:
        program: constants marked free are fitted, from their values.
        x: inputs, many: 1e5 to 1e7.
        reference: exact values there.
        rng: where draws come from.
        flush: whether the arithmetic flushes subnormal numbers.
        seconds: after which the best so far is returned.
        goal: an error at which it stops.
    """
    deadline = time.monotonic() + seconds
    points = fit_points(x, reference, program.float_format, flush=flush)
    with np.errstate(all="ignore"):
        errors = _Errors(program, flush=flush and len(free_values(program)) > 0)
        real = _real_fit(program, points)
        best = _start(program, points, real, errors)
        if len(real.constants):
            searcher = Search(real, program.float_format, rng)
            best = _exchange(best, searcher, points, errors, deadline=deadline, goal=goal)
        return Fitted(with_free_values(program, best.constants), best.largest, real.largest)


def exact_errors(program: TypedProgram, points: Points) -> Doubles:
    """Returns the absolute errors in ULPs of the exact-rounding run; infinity where the output is no number."""
    output = np.asarray(run_exact(program, points.x, flush=points.flush)[-1], np.float64)
    errors = np.abs(np.broadcast_to(output, points.x.shape) - points.reference) / points.spacing
    return np.nan_to_num(errors, nan=np.inf)


class _Errors:
    """True errors of vectors of constants: as compiled where arithmetic flushes, as rounded exactly where it keeps."""

    def __init__(self, program: TypedProgram, *, flush: bool) -> None:
        self._program = program
        self._compiled = ManyConstants(program) if flush else None

    def of(self, constants: Doubles, points: Points) -> Doubles:
        """Returns the errors of one vector, ``(num_points,)``."""
        if self._compiled is None:
            return exact_errors(with_free_values(self._program, constants), points)
        return np.asarray(self._compiled.errors(constants[None], points)[0], np.float64)

    def largest(self, points: Points) -> LargestUlps:
        """Returns the function of the largest errors of many vectors on some points."""
        if self._compiled is not None:
            compiled = self._compiled
            return lambda constants: compiled.largest(constants, points)
        return lambda constants: np.array([self.of(row, points).max(initial=0.0) for row in constants])


def _real_fit(program: TypedProgram, points: Points) -> RealFit:
    """Fits over the reals on few points, and again with the worst of many."""
    few, many = _some(points, NUM_FITTED), _some(points, NUM_WATCHED)
    real = fit_real(program, few, max_rounds=MAX_ROUNDS)
    for _ in range(2):
        worst = _worst(np.abs(real_errors(program, many, real.constants)))
        few = few.joined(many.at(worst))
        real = fit_real(program, few, max_rounds=MAX_ROUNDS, start=real.constants)
    return real


def _start(program: TypedProgram, points: Points, real: RealFit, errors: _Errors) -> Neighbour:
    """Returns the best of the program's own constants, all rounded at once, and one after another."""
    fmt = program.float_format
    some = _some(points, NUM_FITTED)
    starts = [free_values(program), rounded(real.constants, fmt), one_after_another(program, some, real)]
    figures = [float(errors.of(row, points).max(initial=0.0)) for row in starts]
    chosen = int(np.argmin(figures))
    return Neighbour(starts[chosen], figures[chosen])


def _exchange(
    best: Neighbour, search: Search, points: Points, errors: _Errors, *, deadline: float, goal: float
) -> Neighbour:
    """Searches on few points, which the worst of all join, until time is up or nothing better is found for long."""
    few = _some(points, NUM_HARD // 2)
    hard = few.joined(few)
    current, fruitless, batches = best, 0, FIRST_BATCHES
    while best.largest > goal and fruitless < MAX_FRUITLESS and time.monotonic() < deadline:
        worst = _worst(errors.of(current.constants, points))
        hard = hard.pushed(points.at(worst), kept=len(few.x))
        largest = errors.largest(hard)
        start = Neighbour(best.constants, float(largest(best.constants[None])[0]))
        current = search.best(start, largest, batches=batches, deadline=deadline)
        figure = float(errors.of(current.constants, points).max(initial=0.0))
        if figure < best.largest:
            best, fruitless = Neighbour(current.constants, figure), 0
        else:
            fruitless += 1
            batches = min(2 * batches, MAX_BATCHES) if np.array_equal(current.constants, best.constants) else batches
    return best


def _some(points: Points, number: int) -> Points:
    """Returns so many of the points at most, evenly in their order."""
    return points.at(np.unique(np.linspace(0, len(points.x) - 1, min(number, len(points.x))).astype(np.intp)))


def _worst(errors: Doubles) -> npt.NDArray[np.intp]:
    """Returns where the errors are largest."""
    number = min(JOINING, len(errors))
    return np.argpartition(-errors, number - 1)[:number] if number else np.zeros(0, np.intp)
