"""The error curve of a program against a target in ~128 bits: its values, its local extrema, its measured maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import copysign, inf, isfinite

from evaluators.balls import Ball, from_double_double, precision, to_double_double
from evaluators.rational_function import rational_function
from evaluators.reference import chebyshev_balls, factor
from evaluators.tape import Tape
from evaluators.targets import Target
from search_spaces.program import Program

MEASURING_POINTS = 1025
REFINEMENTS = 2
CANDIDATE_PEAKS = 0.9
"""Peaks of the scan below this share of the highest are not refined."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The target at one point.

    Attributes:
        x: the point, exact.
        value: f(x).
        weight: the factor of the difference p(x) - f(x) in the error.
    """

    x: Ball
    value: Ball
    weight: Ball


@dataclass(frozen=True, slots=True)
class Extremum:
    """A local extremum of the error, at a sample of the target."""

    sample: Sample
    error: Ball


@lru_cache(maxsize=64)
def samples(target: Target, num_points: int, bits: int) -> tuple[Sample, ...]:
    """Returns the target at Chebyshev points in ascending order, both ends included.

    Args:
        target: the function, its domain and metric.
        num_points: how many points.
        bits: working precision.
    """
    with precision(bits):
        return tuple(sample(target, x) for x in chebyshev_balls(target, num_points))


def sample(target: Target, x: Ball) -> Sample:
    """Returns the target at a point, at the working precision."""
    value = target.function.enclose(x)
    return Sample(x, value, factor(target, x, value))


def errors(tape: Tape, constants: Sequence[Ball], points: Sequence[Sample]) -> list[Ball]:
    """Returns the weighted errors (p(x) - f(x)) w(x).

    Where an operation divides by zero, p(x) is the limit; the error is not finite where there is none.
    """
    return [(_value(tape, point.x, constants) - point.value) * point.weight for point in points]


def _value(tape: Tape, x: Ball, constants: Sequence[Ball]) -> Ball:
    value = tape.value(x, constants)
    if value.is_finite():
        return value
    # An operation divides by zero here; the value may have a limit all the same.
    exact = tuple(to_double_double(constant) for constant in constants)
    function = rational_function(replace(tape.program, constants=exact))
    return value if function is None else function.enclose(x)


def peaks(values: Sequence[Ball]) -> list[int]:
    """Returns the indices of the local extrema of the errors' absolute values, ends included, in ascending order."""
    numbers = [float(value) for value in values]
    return [
        i
        for i, number in enumerate(numbers)
        if not (i > 0 and numbers[i - 1] * copysign(1, number) > abs(number))
        and not (i + 1 < len(numbers) and numbers[i + 1] * copysign(1, number) >= abs(number))
    ]


def extremum(
    tape: Tape,
    constants: Sequence[Ball],
    target: Target,
    grid: Sequence[Sample],
    values: Sequence[Ball],
    index: int,
    rounds: int = 1,
) -> Extremum:
    """Moves from a peak on the grid towards the true extremum by parabolic interpolation.

    Args:
        tape: the program.
        constants: its constants.
        target: the target that the grid samples.
        grid: ascending samples.
        values: the errors on the grid.
        index: a peak, as :func:`peaks` finds them; at an end of the grid it is returned as it is.
        rounds: steps of parabolic interpolation; each costs one evaluation.
    """
    if not 0 < index < len(grid) - 1:
        return Extremum(grid[index], values[index])
    bracket = [Extremum(grid[j], values[j]) for j in (index - 1, index, index + 1)]
    return _refine(tape, constants, target, bracket, rounds)


def _refine(
    tape: Tape, constants: Sequence[Ball], target: Target, bracket: Sequence[Extremum], rounds: int
) -> Extremum:
    """Moves the middle of three points to the vertex of the parabola through them, as long as the error grows."""
    left, middle, right = bracket
    for _ in range(rounds):
        x = _vertex(left, middle, right)
        if x is None:
            break
        point = sample(target, x)
        trial = Extremum(point, errors(tape, constants, [point])[0])
        inner, outer = (trial, middle) if abs(trial.error) > abs(middle.error) else (middle, trial)
        left, right = (left, outer) if outer.sample.x > inner.sample.x else (outer, right)
        middle = inner
    return middle


def _vertex(left: Extremum, middle: Extremum, right: Extremum) -> Ball | None:
    """Returns the vertex of the parabola through three points, where it lies strictly between the outer ones."""
    a, b, c = left.sample.x, middle.sample.x, right.sample.x
    slope_left = (middle.error - left.error) / (b - a)
    slope_right = (right.error - middle.error) / (c - b)
    curvature = (slope_right - slope_left) / (c - a)
    vertex = ((a + b) / 2 - slope_left / (2 * curvature)).mid()
    return vertex if a < vertex < c and vertex != b else None


def measured_error(program: Program, target: Target, bits: int = 128) -> tuple[float, float]:
    """Measures the largest error of a program: a dense scan, then each of the largest peaks refined.

    A lower bound on the true maximum, in practice within 1e-4 of it.

    Args:
        program: constants are taken exactly as the sums of their two parts.
        target: the function, domain and metric.
        bits: working precision; errors down to about 2^-bits are seen.

    Returns:
        (largest error, x where it is attained); (inf, x) where the program is not finite at some scanned x or grows
        without bound towards an open end.
    """
    grid = samples(target, MEASURING_POINTS, bits)
    with precision(bits):
        tape, constants = Tape(program), [from_double_double(c) for c in program.constants]
        pole = _pole_at_open_end(tape, constants, target)
        if pole is not None:
            return inf, pole
        values = errors(tape, constants, grid)
        for point, value in zip(grid, values, strict=True):
            if not isfinite(float(value)):
                return inf, float(point.x)
        floor = CANDIDATE_PEAKS * max(abs(float(value)) for value in values)
        candidates = [i for i in peaks(values) if abs(float(values[i])) >= floor]
        highest = max(
            (extremum(tape, constants, target, grid, values, i, REFINEMENTS) for i in candidates),
            key=lambda found: abs(float(found.error)),
        )
        return abs(float(highest.error)), float(highest.sample.x)


def _pole_at_open_end(tape: Tape, constants: Sequence[Ball], target: Target) -> float | None:
    """Returns an open end at which the program has a pole, which no scanned point sees, or None."""
    for end, is_open in zip(target.ends(), (target.open_lower, target.open_upper), strict=True):
        if is_open and not tape.value(end, constants).is_finite():
            function = rational_function(tape.program)
            if function is not None and not function.enclose(end).is_finite():
                return float(end)
    return None
