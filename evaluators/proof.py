"""The proof: a rigorous upper bound on a program's largest error over the whole closed domain.

Ball arithmetic on Taylor models, best first: the piece of the domain with the largest bound is halved until that bound
is within the tolerance of an error that is attained. No sampling enters the bound; the measured error only
says where to stop.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import frexp, inf, isfinite, nextafter
from typing import Any

from flint import arb

from evaluators.balls import Ball, Series, from_double_double, precision
from evaluators.error_curve import measured_error
from evaluators.rational_function import rational_function
from evaluators.reference import OPEN_END_BITS, factor
from evaluators.survey import first_failure
from evaluators.targets import Target
from evaluators.taylor import taylor_model
from primitives import primitive
from search_spaces.program import Program

TOLERANCE = 0.01
TERMS = 12
FIRST_PIECES = 8
MAX_DEPTH = 50
MAX_PIECES = 20_000
NEIGHBOURS = 16
GUARD_BITS = 128
SMALLEST_GOAL = arb(2) ** -100
"""A bound below this is good enough, so that a program without any error can be proven too."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proven bound.

    Attributes:
        bound: no error on the closed domain is larger; in the metric of the target.
        measured: the largest error found, by measuring or on the way to the bound; a lower bound up to rounding.
        ratio: bound / measured, 1.0 where both are zero.
        pieces: number of intervals that were enclosed.
        seconds: wall-clock time.
        bits: working precision.
        undefined: a point where the program divides by zero although its values nearby have a limit there, in words
            such as ``near x = 0.5``; empty where there is none. The bound holds for the limit and everywhere else.
    """

    bound: float
    measured: float
    ratio: float
    pieces: int
    seconds: float
    bits: int
    undefined: str


class PoleError(ValueError):
    """A program that is not finite, or not shown to be finite and smooth, on the whole domain.

    Attributes:
        lower: left end of the interval that holds the pole.
        upper: right end.
    """

    def __init__(self, message: str, lower: float, upper: float) -> None:
        super().__init__(message)
        self.lower, self.upper = lower, upper


def prove(program: Program, target: Target, *, tolerance: float = TOLERANCE, bits: int | None = None) -> Proof:
    """Proves an upper bound on a program's largest error over the domain, open ends included as limits.

    Args:
        program: its constants are taken exactly, as the sums of their two parts.
        target: the function, domain and metric.
        tolerance: how far above the measured error the bound may stay, as a share of it.
        bits: working precision; by default enough for the measured error.

    Raises:
        PoleError: when the program has a pole in the domain, or leaves the domain of a square root or logarithm;
            the message names the interval that holds the place.
        ValueError: when the bound is still looser than twice the measured error after 20,000 pieces.
    """
    start = time.perf_counter()
    measured, _ = measured_error(program, target)
    if bits is None:
        bits = GUARD_BITS + (max(0, -frexp(measured)[1]) if isfinite(measured) else 0)
    with precision(bits, TERMS):
        error = _ErrorSeries(program, target)
        bound, measured, pieces = _best_first(error, target, measured, tolerance)
        undefined = _undefined(error, target)
    if bound > 2 * max(measured, float(SMALLEST_GOAL)):
        raise ValueError(
            f"could not prove a bound near the measured error {measured:.3g} within {MAX_PIECES} pieces "
            f"(proven so far: {bound:.3g}); prove it on a smaller domain"
        )
    ratio = bound / measured if measured > 0 else 1.0
    return Proof(bound, measured, ratio, pieces, time.perf_counter() - start, bits, undefined)


@dataclass(frozen=True, slots=True)
class _Piece:
    """An interval, a bound on the error there, and the error that is attained in its middle."""

    bound: Ball
    attained: float
    depth: int
    left: Ball
    right: Ball

    def __lt__(self, other: _Piece) -> bool:
        """Whether this piece is to be halved before the other: the larger bound, and among poles the deeper one."""
        return (float(self.bound), self.depth) > (float(other.bound), other.depth)


class _ErrorSeries:
    """The weighted error of a program as a function on power series."""

    def __init__(self, program: Program, target: Target) -> None:
        self.program, self._target = program, target
        self.divided_by_zero = False
        self.constants = [from_double_double(constant) for constant in program.constants]

    def __call__(self, x: Series) -> Any:
        value = self._target.function.enclose(x)
        return (self._program_value(x) - value) * factor(self._target, x, value)

    def _program_value(self, x: Series) -> Any:
        try:
            return self.program.apply(x, self.constants, _on_balls)
        except ValueError:
            self.divided_by_zero = True
            function = rational_function(self.program)
            if function is None:
                raise
            return function.enclose(x)

    def clipped(self, left: Ball, right: Ball) -> tuple[Ball, Ball]:
        """Returns the part of an interval that lies in the domain."""
        lower, upper = self._target.ends()
        return left.max(lower.lower()), right.min(upper.upper())


def _on_balls(name: str, *operands: Any) -> Any:
    return primitive(name).ball(*operands)


def _best_first(error: _ErrorSeries, target: Target, measured: float, tolerance: float) -> tuple[float, float, int]:
    """Returns a bound on the error's absolute value, an error that is attained, and the number of intervals."""
    queue = [_enclosed(error, left, right, 0) for left, right in _first_pieces(target)]
    heapq.heapify(queue)
    num_pieces = len(queue)
    # The middles of the pieces see spikes between the points at which the error was measured.
    attained = max(measured if isfinite(measured) else 0.0, *(piece.attained for piece in queue))
    while num_pieces < MAX_PIECES and not queue[0].bound <= (arb(attained) * (1 + arb(tolerance))).max(SMALLEST_GOAL):
        worst = heapq.heappop(queue)
        middle = ((worst.left + worst.right) / 2).mid()
        for left, right in ((worst.left, middle), (middle, worst.right)):
            piece = _enclosed(error, left, right, worst.depth + 1)
            attained = max(attained, piece.attained)
            heapq.heappush(queue, piece)
        num_pieces += 2
    # The queue orders by the nearest double, which may lie half a unit in the last place below.
    return nextafter(float(queue[0].bound), inf), attained, num_pieces


def _first_pieces(target: Target) -> Iterator[tuple[Ball, Ball]]:
    lower, upper = target.ends()
    cuts = [lower.lower(), *((lower + (upper - lower) * k / FIRST_PIECES).mid() for k in range(1, FIRST_PIECES))]
    return pairwise([*cuts, upper.upper()])


def _enclosed(error: _ErrorSeries, left: Ball, right: Ball, depth: int) -> _Piece:
    model = taylor_model(error, left, right, TERMS)
    if model is None and depth >= MAX_DEPTH:
        # Pieces beside a pole fail too: a few widths more on either side surely hold it.
        margin = NEIGHBOURS * (right - left)
        raise _pole(error, *error.clipped((left - margin).lower(), (right + margin).upper()))
    if model is None:
        return _Piece(arb.pos_inf(), 0.0, depth, left, right)
    return _Piece(model.magnitude(), float(model.coefficients[0].abs_lower()), depth, left, right)


def _undefined(error: _ErrorSeries, target: Target) -> str:
    """Returns where the program divides by zero, looked for only when a division was seen to fail."""
    if not error.divided_by_zero:
        return ""
    lower, upper = target.ends()
    gap = (upper - lower) / 2**OPEN_END_BITS
    ends = lower + gap * target.open_lower, upper - gap * target.open_upper
    return first_failure(lambda x: error.program.apply(x, error.constants, _on_balls), *ends, lambda _: True)


def _pole(error: _ErrorSeries, left: Ball, right: Ball) -> PoleError:
    """Describes why the program could not be enclosed on a tiny interval."""
    lower, upper = nextafter(float(left), -inf), nextafter(float(right), inf)
    place = f"in [{lower!r}, {upper!r}]"
    for position, (name, *references) in enumerate(error.program.instructions):
        part = replace(error.program, instructions=error.program.instructions[: position + 1])
        if part.apply(left.union(right), error.constants, _on_balls).is_finite():
            continue
        if name != "div":
            return PoleError(f"operation {position + 1} ({name}) leaves its domain {place}", lower, upper)
        divisor = Program((*part.instructions[:-1], ("add", references[1], references[1])), part.constants)
        ends = [divisor.apply(end, error.constants, _on_balls) for end in (left, right)]
        sign = "changes its sign" if ends[0] * ends[1] < 0 else "is not shown to differ from zero"
        return PoleError(
            f"the program has a pole: the divisor of operation {position + 1} {sign} {place}", lower, upper
        )
    return PoleError(f"the program is not shown to be smooth {place}", lower, upper)
