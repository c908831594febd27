"""Mending: the search for the constants whose true error is least, by a number of steps and not by the clock.

Its work depends on its arguments alone, so that a search is the same wherever and whenever it runs. Programs run in the
interpreter, none is compiled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from evaluators.float32_functions.free_constants import Doubles, free_values, with_free_values
from evaluators.float32_functions.interpreter import largest_ulps, run_interpreted
from evaluators.float32_functions.minimax import Points, RealFit, fit_real
from evaluators.float32_functions.neighbours import Neighbour, Search, one_after_another, rounded
from search_spaces.float32_functions.typed_program import TypedProgram

_FITTED = 400
"""Points of the real-valued fit."""

_HARD = 2048
"""Points of the search over neighbours that the worst ones join."""

_JOINING = 64
_FRUITLESS_ROUNDS = 2
"""Rounds without gain after which mending ends."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A program after mending.

    Attributes:
        program: with the best constants found, numbers of its format.
        max_ulp: its largest error on the points, in ULP.
    """

    program: TypedProgram
    max_ulp: float


def mend(
    program: TypedProgram,
    points: Points,
    key: int,
    *,
    rounds: int,
    batches: int,
    fit_rounds: int = 6,
    goal: float = 0.0,
) -> Mended:
    """Searches neighbouring constants; after each round of it, the worst of all points join those that it sees.

    Args:
        program: constants marked free are searched, around their values and the real-valued fit.
        points: where the error counts.
        key: of the draws.
        rounds: of the search at most.
        batches: of proposals in each round.
        fit_rounds: linearisations of the real-valued fit at most.
        goal: an error on all points at which it is content.

    Returns:
        a program no worse on the points than the one given.
    """
    best = Neighbour(free_values(program), math.inf)
    errors = point_errors(program, best.constants, points)
    best = Neighbour(best.constants, float(errors.max(initial=0.0)))
    if len(best.constants) and len(points.x) and batches and best.largest > goal:
        with np.errstate(all="ignore"):
            real = fit_real(program, points.some(_FITTED).joined(_worst(points, errors)), max_rounds=fit_rounds)
            search = Search(real, program.float_format, np.random.Generator(np.random.Philox(key)))
            starts = [best.constants, *_starts(program, points, real)]
            best = _exchange(program, best, starts, errors, search, points, rounds=rounds, batches=batches, goal=goal)
    return Mended(with_free_values(program, best.constants), best.largest)


def refit(program: TypedProgram, points: Points, *, fit_rounds: int = 6) -> TypedProgram:
    """Fits the constants over the reals where the program is worst among some of the points, and rounds them.

    A few hundred points may lack what tells most, such as the ends of a reduced interval.
    """
    errors = point_errors(program, free_values(program), points)
    with np.errstate(all="ignore"):
        real = fit_real(program, points.some(_FITTED).joined(_worst(points, errors)), max_rounds=fit_rounds)
    return with_free_values(program, real.constants) if np.all(np.isfinite(real.constants)) else program


def point_errors(program: TypedProgram, constants: Doubles, points: Points) -> Doubles:
    """Returns a program's errors with some constants in ULP, one per point; infinity where a value is no number."""
    values = run_interpreted(with_free_values(program, constants), points.x).astype(np.float64)
    return np.nan_to_num(np.abs(values - points.reference) / points.spacing, nan=np.inf)


def worst_points(program: TypedProgram, points: Points, count: int) -> Points:
    """Returns those of some points at which a program is worst, so many at most."""
    return _worst(points, point_errors(program, free_values(program), points), count)


def _starts(program: TypedProgram, points: Points, real: RealFit) -> list[Doubles]:
    """Returns the constants of the real-valued fit rounded at once and one after another, where it is finite."""
    if not np.all(np.isfinite(real.constants)):
        return []
    starts = [
        rounded(real.constants, program.float_format),
        one_after_another(program, points.some(_FITTED // 2), real),
    ]
    return [start for start in starts if np.all(np.isfinite(start))]


def _exchange(
    program: TypedProgram,
    best: Neighbour,
    starts: list[Doubles],
    errors: Doubles,
    search: Search,
    points: Points,
    *,
    rounds: int,
    batches: int,
    goal: float,
) -> Neighbour:
    """Searches from the best of the starts on few points; the worst of all under what it finds then join them."""
    few, fruitless = points.some(_HARD), 0
    for _ in range(rounds):
        few = few.joined(_worst(points, errors))
        measure = partial(largest_ulps, program, points=few)
        figures = measure(np.array(starts))
        chosen = int(np.argmin(figures))
        found = search.best(Neighbour(starts[chosen], float(figures[chosen])), measure, batches=batches)
        errors = point_errors(program, found.constants, points)
        figure = float(errors.max())
        fruitless = 0 if figure < best.largest else fruitless + 1
        if figure < best.largest:
            best = Neighbour(found.constants, figure)
        if best.largest <= goal or fruitless == _FRUITLESS_ROUNDS:
            break
        starts = [best.constants, found.constants]
    return best


def _worst(points: Points, errors: Doubles, count: int = _JOINING) -> Points:
    count = min(count, len(errors))
    return points.at(np.argpartition(-errors, count - 1)[:count])
