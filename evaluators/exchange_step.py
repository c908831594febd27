"""One step of the exchange: Gauss-Newton in the maximum norm along a path that bends with the errors.

Sources: Osborne & Watson, An algorithm for minimax approximation in the nonlinear case, 1969, for the linearised
minimax problem; Transtrum & Sethna, Improvements to the Levenberg-Marquardt algorithm, 2012, eq. 15, for the
acceleration, here solved in the maximum norm too. Very exact programs have nearly dependent constants: straight steps
leave the narrow curved valley in which the error is small, bent ones follow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from flint import arb

from evaluators.balls import Ball
from evaluators.error_curve import Extremum, Sample, errors, extremum, peaks
from evaluators.linear_minimax import Solution, pivots, solve_linear_minimax
from evaluators.tape import Tape
from evaluators.targets import Target
from search_spaces.program import Program

MAX_SHORTENINGS = 8
MAX_RESTORATIONS = 2
SHORTENING = 3
PROBE = arb(2) ** -24
LINEAR_STRIDE = 4
"""The linear problem holds the extrema and every fourth grid point; more would change its solution little."""


@dataclass(frozen=True, slots=True)
class State:
    """Constants, and the error curve that they give.

    Attributes:
        constants: one ball per constant.
        errors: the weighted errors on the grid.
        extrema: the local extrema in ascending order of x.
        max_error: the largest of them.
    """

    constants: tuple[Ball, ...]
    errors: tuple[Ball, ...]
    extrema: tuple[Extremum, ...]
    max_error: float


@dataclass(frozen=True, slots=True)
class Step:
    """The path c + t velocity + t^2 bend.

    Attributes:
        velocity: the direction in which the linearised largest error is least.
        bend: half the acceleration.
        predicted: that least error.
    """

    velocity: tuple[Ball, ...]
    bend: tuple[Ball, ...]
    predicted: float


@dataclass(frozen=True, slots=True)
class _Linearisation:
    """The errors at some points and their derivatives in the free constants."""

    points: list[Sample]
    errors: list[Ball]
    jacobian: list[list[Ball]]

    def solve(self, right: Sequence[Ball], reference: Sequence[int]) -> Solution | None:
        """Returns the d that minimises the largest abs(right + J d), from a reference or, if too short, from pivots."""
        num_columns = len(self.jacobian[0]) if self.jacobian else 0
        if num_columns == 0:
            return None
        if len(reference) <= num_columns:
            reference = pivots([[*row, entry] for row, entry in zip(self.jacobian, right, strict=True)]).rows
        return solve_linear_minimax(self.jacobian, right, reference) if len(reference) > num_columns else None


class Exchange:
    """The problem that stays the same from step to step: a program's structure, a target and a grid."""

    def __init__(self, program: Program, target: Target, grid: Sequence[Sample]) -> None:
        self._tape, self._target, self._grid = Tape(program), target, grid
        self._free: tuple[int, ...] | None = None

    def state(self, constants: Sequence[Ball]) -> State | None:
        """Returns the state at some constants, or None where they or the program on the grid are not finite doubles."""
        if not all(isfinite(float(constant)) for constant in constants):
            return None
        values = errors(self._tape, constants, self._grid)
        if not all(isfinite(float(value)) for value in values):
            return None
        found = [extremum(self._tape, constants, self._target, self._grid, values, i) for i in peaks(values)]
        highest = max(abs(float(peak.error)) for peak in found)
        return State(tuple(constants), tuple(values), tuple(found), highest) if isfinite(highest) else None

    def step(self, state: State, held: int = 0) -> Step | None:
        """Returns the next step, or None where the linear problem has no solution to precision.

        Args:
            state: where to start.
            held: how many of the least determined constants keep their value.
        """
        linear, first = self._linearise(state, held)
        velocity = linear.solve(linear.errors, first)
        if velocity is None:
            return None
        direction = self._all(velocity.step, state)
        bend = linear.solve(self._half_curvature(state, linear, velocity.step, direction), velocity.reference)
        return Step(direction, self._all(bend.step if bend else (), state), velocity.level)

    def along(self, state: State, step: Step, scale: Ball) -> State | None:
        """Returns the state part of the way along a step's path, None where the program is not finite there."""
        path = zip(state.constants, step.velocity, step.bend, strict=True)
        return self.state([(c + scale * v + scale**2 * b).mid() for c, v, b in path])

    def descend(self, state: State, step: Step) -> State | None:
        """Returns the first better state along a step's path, taken shorter and shorter, or None."""
        scale = arb(1)
        for _ in range(MAX_SHORTENINGS):
            better = self._restored(self.along(state, step, scale), state.max_error)
            if better is not None:
                return better
            scale = (scale / SHORTENING).mid()
        return None

    def _restored(self, state: State | None, goal: float) -> State | None:
        """Brings the error back below a goal with the least determined constant held, or returns None.

        A step along the curved valley ends above its floor. A free step from there would run back along the valley.
        """
        for _ in range(MAX_RESTORATIONS):
            if state is None or state.max_error < goal:
                return state
            step = self.step(state, held=1)
            state = self.along(state, step, arb(1)) if step is not None else None
        return state if state is not None and state.max_error < goal else None

    def _linearise(self, state: State, held: int) -> tuple[_Linearisation, list[int]]:
        """Returns the linear problem in the free constants, and the alternating extrema to start its solution from."""
        candidates = [(peak.sample, peak.error) for peak in state.extrema]
        # Both ends belong to it always: a step that does not see the end lets the error grow there.
        thinned = sorted({*range(0, len(self._grid), LINEAR_STRIDE), len(self._grid) - 1})
        candidates += [(self._grid[i], state.errors[i]) for i in thinned]
        points, values, rows = [], [], []
        for point, error in candidates:
            row = [(entry * point.weight).mid() for entry in self._tape.gradient(point.x, state.constants)]
            if all(entry.is_finite() for entry in row):
                points.append(point)
                values.append(error)
                rows.append(row)
        if self._free is None:
            # Which constants depend on the others is a matter of structure: once is enough.
            self._free = pivots(rows).columns if rows else ()
        free = self._free[: len(self._free) - held]
        jacobian = [[row[j] for j in free] for row in rows]
        all_kept = len(rows) == len(candidates)
        reference = alternating(state.extrema, len(free) + 1) if all_kept else []
        return _Linearisation(points, values, jacobian), reference

    def _all(self, step: Sequence[Ball], state: State) -> tuple[Ball, ...]:
        """Returns a step in all constants, zero in those that are not free."""
        moves = dict(zip(self._free or (), step, strict=False))
        return tuple(moves.get(j, arb(0)) for j in range(len(state.constants)))

    def _half_curvature(
        self, state: State, linear: _Linearisation, step: Sequence[Ball], direction: Sequence[Ball]
    ) -> list[Ball]:
        """Returns half the errors' second derivatives along a direction, by a finite difference."""
        probed = [c + PROBE * d for c, d in zip(state.constants, direction, strict=True)]
        slopes = [sum((entry * v for entry, v in zip(row, step, strict=True)), arb(0)) for row in linear.jacobian]
        there = errors(self._tape, probed, linear.points)
        return [
            (((after - before) / PROBE - slope) / PROBE).mid()
            for after, before, slope in zip(there, linear.errors, slopes, strict=True)
        ]


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
