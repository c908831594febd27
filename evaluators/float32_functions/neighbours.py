"""The search over neighbouring numbers of the format: the constants whose true largest error is least.

A real-valued fit says little about the last bits: rounding the constants moves the errors as much as rounding the
operations does. Three kinds of proposals are tried. Constants rounded one after another, the others fitted again each
time (the idea of Brisebarre and Chevillard's lattice method, Efficient polynomial L-approximations, 2007, in its
cheapest form). Points of the ellipsoid in which the real-valued error hardly grows, rounded. Neighbours of the best by
a few units in the last place of one to three constants. Draws come from a generator that is passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from evaluators.float32_functions.free_constants import Doubles, free_places
from evaluators.float32_functions.minimax import Points, RealFit, fit_real
from primitives.float_format import FloatFormat
from search_spaces.float32_functions.typed_program import Constant, TypedProgram

LargestUlps: TypeAlias = Callable[[Doubles], Doubles]
"""The true largest errors of vectors of constants, ``(num_vectors, num_free)`` to ``(num_vectors,)``."""

BATCH = 32
REACH = 0.5
"""How far the ellipsoid goes at first, in ULPs of root mean square error over the points."""
LEAST_REACH = 0.01
NARROWER = 0.7
FROM_REALS = 0.3
"""The share of its points around the real-valued fit, not around the best."""
STEP = 0.35
"""The parameter of the geometric distribution of steps in the last place: most are 1 to 4."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Constants that are numbers of the format, and their true largest error.

    Attributes:
        constants: ``(num_free,)``.
        largest: in ULPs.
    """

    constants: Doubles
    largest: float


def rounded(constants: Doubles, fmt: FloatFormat) -> Doubles:
    """Returns the nearest numbers of the format, as doubles."""
    with np.errstate(over="ignore"):
        return np.asarray(constants).astype(fmt.dtype).astype(np.float64)


def one_after_another(program: TypedProgram, points: Points, fit: RealFit) -> Doubles:
    """Rounds the constants one after another, the most sensitive first, and fits those left again each time."""
    constants = fit.constants.copy()
    effect = np.abs(fit.tangents).max(axis=0) * np.abs(constants)
    held: set[int] = set()
    for chosen in np.argsort(-effect):
        constants = rounded_at(constants, int(chosen), program.float_format)
        held.add(int(chosen))
        if len(held) < len(constants):
            part = _holding(program, constants, held)
            left = [i for i in range(len(constants)) if i not in held]
            constants[left] = fit_real(part, points, max_rounds=1, start=constants[left]).constants
    return rounded(constants, program.float_format)


def rounded_at(constants: Doubles, index: int, fmt: FloatFormat) -> Doubles:
    """Returns the constants with one of them rounded."""
    result = constants.copy()
    result[index] = rounded(constants[index : index + 1], fmt)[0]
    return result


def _holding(program: TypedProgram, constants: Doubles, held: set[int]) -> TypedProgram:
    """Returns the program with some of its fitted constants as part of the structure."""
    rows = list(program.constants)
    for index, place in enumerate(free_places(program)):
        if index in held:
            rows[place] = Constant("float", float(constants[index]))
    return TypedProgram(program.instructions, tuple(rows), program.format)


class Search:
    """The search around a real-valued fit."""

    def __init__(self, fit: RealFit, fmt: FloatFormat, rng: np.random.Generator) -> None:
        """Prepares the ellipsoid of a fit; draws come from the generator."""
        self._fit, self._format, self._rng = fit, fmt, rng
        self._axes = _axes(fit.tangents)

    def best(self, start: Neighbour, largest: LargestUlps, *, batches: int) -> Neighbour:
        """Returns the best constants found.

        Args:
            start: the best known.
            largest: the true largest errors.
            batches: how many batches of proposals.
        """
        best, reach = start, REACH
        for index in range(batches):
            # Neither all near nor all far: the ellipsoid shrinks around the best while neighbours refine it.
            wide = index % 2 == 0
            proposals = self._ellipsoid(best, reach) if wide else self._steps(best)
            figures = largest(proposals)
            chosen = int(np.argmin(figures))
            if figures[chosen] < best.largest:
                best = Neighbour(proposals[chosen], float(figures[chosen]))
            elif wide:
                reach = reach * NARROWER if reach > LEAST_REACH else REACH
        return best

    def _ellipsoid(self, best: Neighbour, reach: float) -> Doubles:
        """Proposes rounded points of the ellipsoid around the best, and around the real-valued fit."""
        rng = self._rng
        draws = rng.standard_normal((BATCH, self._axes.shape[1])) * reach * rng.uniform(0, 1, (BATCH, 1))
        centres = np.where(rng.uniform(size=(BATCH, 1)) < FROM_REALS, self._fit.constants, best.constants)
        return rounded(centres + draws @ self._axes.T, self._format)

    def _steps(self, best: Neighbour) -> Doubles:
        """Proposes neighbours by some units in the last place of one to three constants."""
        fmt, rng = self._format, self._rng
        numbers = np.repeat(best.constants[None], BATCH, axis=0).astype(fmt.dtype)
        patterns = numbers.view(fmt.int_dtype)
        # so many of each row's constants as a draw says, those with the least of further draws
        ranks = rng.uniform(size=patterns.shape).argsort(axis=1).argsort(axis=1)
        moved = ranks < rng.integers(1, 4, (BATCH, 1))
        steps = rng.geometric(STEP, patterns.shape) * rng.choice((-1, 1), patterns.shape)
        patterns += np.where(moved, steps, 0).astype(fmt.int_dtype)
        result = numbers.astype(np.float64)
        return np.where(np.isfinite(result), result, best.constants)


def _axes(tangents: Doubles) -> Doubles:
    """Returns the directions that move the errors by 1 ULP in root mean square, one per column."""
    if not tangents.size:
        return np.zeros((tangents.shape[1], 0))
    scale = np.abs(tangents).max(axis=0)
    scale[scale == 0] = np.inf
    usable = tangents / scale / np.sqrt(len(tangents))
    _, singular, right = np.linalg.svd(usable, full_matrices=False)
    kept = singular > singular[0] * 1e-12 if singular.size and singular[0] > 0 else np.zeros(len(singular), bool)
    return np.asarray((right[kept] / singular[kept, None] / scale).T)
