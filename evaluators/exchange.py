"""The exchange step: the constants of any program sharpened until its error equioscillates, in ~128 bits.

Source: Osborne & Watson, An algorithm for minimax approximation in the nonlinear case, 1969: Gauss-Newton in the
maximum norm. Each step solves the linearised minimax problem exactly by Stiefel's exchange. On a program with as many
alternations as free constants plus one, that is Remez' exchange with Newton's method and converges quadratically;
elsewhere the line search still descends to a local best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

from evaluators.balls import Ball, from_double_double, precision, to_double_double
from evaluators.error_curve import Extremum, Sample, errors, extremum, measured_error, peaks, samples
from evaluators.linear_minimax import pivots, solve_linear_minimax
from evaluators.tape import Tape
from evaluators.targets import Target
from search_spaces.program import Program

MAX_STEPS = 16
MAX_HALVINGS = 6
CONVERGED = 1e-6
"""Relative gain below which the exchange stops; far below the 1e-4 to which errors are measured."""
LEVEL = 1e-2
"""Extrema within this share of the largest count as alternations."""
LINEAR_STRIDE = 4
"""The linear problem holds the extrema and every fourth grid point; more would change its solution little."""


@dataclass(frozen=True, slots=True)
class Sharpened:
    """A program with sharpened constants.

    Attributes:
        program: the program, its constants rounded to double-double.
        max_error: its measured largest error; inf where it is not finite on the domain.
        extrema: (x, error) of its local extrema in ascending order of x.
        alternations: how many extrema within 1 % of the largest alternate in sign; one more than the number of free
            constants certifies a local best.
    """

    program: Program
    max_error: float
    extrema: tuple[tuple[float, float], ...]
    alternations: int


@dataclass(frozen=True, slots=True)
class _State:
    """Constants, and the error curve that they give."""

    constants: tuple[Ball, ...]
    values: tuple[Ball, ...]
    extrema: tuple[Extremum, ...]
    max_error: float


class _Exchange:
    """The problem that stays the same from step to step."""

    def __init__(self, program: Program, target: Target, grid: Sequence[Sample]) -> None:
        self._tape, self._target, self._grid = Tape(program), target, grid
        self._columns: tuple[int, ...] | None = None

    def state(self, constants: Sequence[Ball]) -> _State | None:
        """Returns the state at some constants, or None where the program is not finite on the grid."""
        values = errors(self._tape, constants, self._grid)
        if not all(isfinite(float(value)) for value in values):
            return None
        found = [extremum(self._tape, constants, self._target, self._grid, values, i) for i in peaks(values)]
        highest = max(abs(float(peak.error)) for peak in found)
        return _State(tuple(constants), tuple(values), tuple(found), highest) if isfinite(highest) else None

    def step(self, state: _State) -> tuple[list[Ball], float] | None:
        """Returns the minimax Gauss-Newton step and the error that it predicts, or None where there is none."""
        points = [peak.sample for peak in state.extrema] + list(self._grid[::LINEAR_STRIDE])
        residuals = [peak.error for peak in state.extrema] + list(state.values[::LINEAR_STRIDE])
        jacobian = [
            [(entry * point.weight).mid() for entry in self._tape.gradient(point.x, state.constants)]
            for point in points
        ]
        if self._columns is None:
            self._columns = tuple(sorted(pivots(jacobian).columns))
        columns = self._columns
        if not columns:
            return None
        reduced = [[row[j] for j in columns] for row in jacobian]
        basis = alternating(state.extrema, len(columns) + 1)
        if len(basis) <= len(columns):
            basis = list(pivots([[*row, error] for row, error in zip(reduced, residuals, strict=True)]).rows)
        if len(basis) <= len(columns):
            return None
        solution = solve_linear_minimax(reduced, residuals, basis)
        if solution is None:
            return None
        moves = dict(zip(columns, solution[0], strict=True))
        return [moves.get(j, 0) for j in range(len(state.constants))], solution[1]

    def descend(self, state: _State, step: Sequence[Ball]) -> _State | None:
        """Returns the first better state along a step that is halved until it helps, or None."""
        scale = 1.0
        for _ in range(MAX_HALVINGS):
            moved = [(c + scale * d).mid() for c, d in zip(state.constants, step, strict=True)]
            trial = self.state(moved)
            if trial is not None and trial.max_error < state.max_error:
                return trial
            scale /= 2
        return None


def sharpen(program: Program, target: Target, *, num_points: int = 193, bits: int = 128) -> Sharpened:
    """Moves a program's constants to the local minimum of its largest error.

    Args:
        program: with constants near a good fit; without constants it is only measured.
        target: the function, domain and metric.
        num_points: Chebyshev points on which extrema are looked for, 10 or more per expected extremum.
        bits: working precision.

    Returns:
        the sharpened program, never worse than the given one.
    """
    grid = samples(target, num_points, bits)
    start_error, _ = measured_error(program, target, bits)
    with precision(bits):
        exchange = _Exchange(program, target, grid)
        start = exchange.state([from_double_double(constant) for constant in program.constants])
        if start is None or not isfinite(start_error):
            return Sharpened(program, inf, (), 0)
        state = _iterate(exchange, start)
        sharpened = replace(program, constants=tuple(to_double_double(c) for c in state.constants))
    error, _ = measured_error(sharpened, target, bits)
    if error > start_error:
        sharpened, error, state = program, start_error, start
    curve = tuple((float(peak.sample.x), float(peak.error)) for peak in state.extrema)
    level = [peak for peak in state.extrema if abs(float(peak.error)) >= (1 - LEVEL) * state.max_error]
    return Sharpened(sharpened, error, curve, len(alternating(level, len(level))))


def _iterate(exchange: _Exchange, state: _State) -> _State:
    for _ in range(MAX_STEPS):
        proposal = exchange.step(state)
        if proposal is None or state.max_error - proposal[1] <= CONVERGED * state.max_error:
            break
        better = exchange.descend(state, proposal[0])
        if better is None:
            break
        gain, state = state.max_error - better.max_error, better
        if gain <= CONVERGED * state.max_error:
            break
    return state


def alternating(extrema: Sequence[Extremum], count: int) -> list[int]:
    """Chooses extrema that alternate in sign, at most ``count`` of them, keeping the largest.

    Args:
        extrema: in ascending order of x.
        count: how many are wanted.

    Returns:
        ascending indices; fewer than ``count`` where the error alternates less often.
    """
    sizes = [float(peak.error) for peak in extrema]
    chosen: list[int] = []
    for i, size in enumerate(sizes):
        if chosen and size * sizes[chosen[-1]] > 0:
            if abs(size) > abs(sizes[chosen[-1]]):
                chosen[-1] = i
        else:
            chosen.append(i)
    while len(chosen) > count:
        if len(chosen) == count + 1:
            chosen.pop(0 if abs(sizes[chosen[0]]) < abs(sizes[chosen[-1]]) else -1)
        else:
            # Two neighbours leave together, so that the rest still alternates.
            weakest = min(range(len(chosen) - 1), key=lambda k: max(abs(sizes[chosen[k]]), abs(sizes[chosen[k + 1]])))
            del chosen[weakest : weakest + 2]
    return chosen
