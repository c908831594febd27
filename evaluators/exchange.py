"""The exchange: the constants of any program sharpened in extended precision until its error equioscillates.

On a program with as many alternations as free constants plus one this is Remez' exchange with Newton's method, and
converges quadratically; elsewhere each step still descends, to a local best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite

from evaluators.balls import from_double_double, precision, to_double_double
from evaluators.error_curve import measured_error, samples
from evaluators.exchange_step import Exchange, State, alternating
from evaluators.targets import Target
from search_spaces.program import Program

NUM_POINTS = 193
BITS = 192
"""Enough for errors of 1e-20 although the normal directions of the best programs' constants are nearly dependent."""
MAX_STEPS = 24
CONVERGED = 1e-6
"""Relative gain below which the exchange stops; far below the 1e-4 to which errors are measured."""
LEVEL = 1e-2
"""Extrema within this share of the largest count as alternations."""


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


def sharpen(program: Program, target: Target, *, num_points: int = NUM_POINTS, bits: int = BITS) -> Sharpened:
    """Moves a program's constants to the local minimum of its largest error.

    Args:
        program: with constants in the neighbourhood of a good fit, which may be off by several decades in error; a
            program without constants is only measured.
        target: the function, domain and metric.
        num_points: Chebyshev points on which extrema are looked for, 10 or more per expected extremum.
        bits: working precision.

    Returns:
        the sharpened program, never worse than the given one.
    """
    start_error, _ = measured_error(program, target, bits)
    with precision(bits):
        exchange = Exchange(program, target, samples(target, num_points, bits))
        start = exchange.state([from_double_double(constant) for constant in program.constants])
        if start is None or not isfinite(start_error):
            return Sharpened(program, inf, (), 0)
        state = _iterate(exchange, start)
        sharpened = replace(program, constants=tuple(to_double_double(constant) for constant in state.constants))
    error, _ = measured_error(sharpened, target, bits)
    if not error < start_error:
        sharpened, error, state = program, start_error, start
    curve = tuple((float(peak.sample.x), float(peak.error)) for peak in state.extrema)
    level = [peak for peak in state.extrema if abs(float(peak.error)) >= (1 - LEVEL) * state.max_error]
    return Sharpened(sharpened, error, curve, len(alternating(level, len(level))))


def _iterate(exchange: Exchange, state: State) -> State:
    for _ in range(MAX_STEPS):
        step = exchange.step(state)
        if step is None or state.max_error - step.predicted <= CONVERGED * state.max_error:
            break
        better = exchange.descend(state, step)
        if better is None:
            break
        gain, state = state.max_error - better.max_error, better
        if gain <= CONVERGED * state.max_error:
            break
    return state
