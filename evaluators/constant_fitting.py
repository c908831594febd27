"""The constants of a batch of programs, fitted from many starts each, and the error that they reach.

A program's first start is the constants it came with (a child inherits its parent's), the next two lie around
them, and the rest are drawn at random, each at a scale of its own; the best start is kept. Every second start
takes its first step in the affine constants only: that triples the hits for some structures and spoils others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import numpy as np
import numpy.typing as npt

from evaluators.affine import affine_constants
from evaluators.bytecode import Block, gradient_block, stack, value_block
from evaluators.interpreter import largest_errors
from evaluators.levenberg_marquardt import fit
from evaluators.settings import INHERITED_STARTS, FitConfig
from search_spaces.program import Program

Floats = npt.NDArray[np.float64]

_BUCKETS = (4, 5, 6, 8, 12, 16)
"""Numbers of constants for which a fit is compiled; a program takes the smallest that holds it."""

_CODE_LENGTH, _CODE_STEP = 256, 32
_PART = 256
_PART_BATCHED = 4096
_SPREADS = (0.0, 0.1, 1.0)
"""Relative spread around the inherited constants of the first starts."""

_DECADES = (-0.5, 1.0)
"""Range of the logarithm of a random start's scale."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The error metric at some points: error = weights * program(points) - goals.

    Attributes:
        points: float64 of shape (num_points,).
        weights: float64 of shape (num_points,).
        goals: float64 of shape (num_points,).
    """

    points: Floats
    weights: Floats
    goals: Floats

    def for_constants(self, count: int) -> Samples:
        """Returns every second point where two per constant are left, as fits of so few cost half: else all.

        Of an odd number of interior Chebyshev points, every second are the interior points of half the grid; of an
        even number they are the zeros of a Chebyshev polynomial of the third kind: no worse to fit at.
        """
        if len(self.points) // 2 < 2 * count:
            return self
        every_second = slice(len(self.points) % 2, None, 2)
        return Samples(self.points[every_second], self.weights[every_second], self.goals[every_second])


def fit_constants(
    programs: Sequence[Program],
    samples: Samples,
    config: FitConfig,
    rng: np.random.Generator,
    batched: bool | None = None,
) -> tuple[list[Program], Floats]:
    """Fits the constants of every program to the samples in the least-squares sense.

    Args:
        programs: of at most 16 constants each.
        samples: the search set.
        config: starts and steps.
        rng: draws the starts.
        batched: whether all programs run side by side; by default where JAX sees no mere CPU.

    Returns:
        the programs with their best constants, and the root mean square error of each, float64 of shape
        (num_programs,), infinite where no start was finite.
    """
    batched = jax.default_backend() != "cpu" if batched is None else batched
    fitted = list(programs)
    errors = np.full(len(programs), np.inf)
    for size, members in _by_bucket(programs):
        starts = _starts([programs[i] for i in members], size, config.num_starts, rng)
        points = samples.for_constants(size)
        for part in _parts(len(members), batched):
            chosen = members[part]
            best, cost = _fit_part([programs[i] for i in chosen], starts[part], points, config.iterations, batched)
            for i, constants, error in zip(chosen, best.tolist(), cost.tolist(), strict=True):
                values = tuple((value, 0.0) for value in constants[: len(programs[i].constants)])
                fitted[i] = Program(programs[i].instructions, values)
                errors[i] = error
    return fitted, errors


def max_errors(programs: Sequence[Program], samples: Samples, batched: bool | None = None) -> Floats:
    """Measures the largest absolute error of every program at the samples.

    Args:
        programs: of at most 16 constants each.
        samples: the points of the measurement.
        batched: as for :func:`fit_constants`.

    Returns:
        float64 of shape (num_programs,); NaN or infinite where a value is.
    """
    batched = jax.default_backend() != "cpu" if batched is None else batched
    errors = np.empty(len(programs))
    for part in _parts(len(programs), batched):
        chosen = programs[part]
        code, lengths = _stacked([value_block(p.instructions) for p in chosen], batched)
        constants = _padded(_leading_parts(chosen, _BUCKETS[-1]), len(code))
        found = largest_errors(
            code, lengths, len(chosen), constants, samples.points, samples.weights, samples.goals, batched
        )
        errors[part] = np.asarray(found)[: len(chosen)]
    return errors


def _by_bucket(programs: Sequence[Program]) -> list[tuple[int, list[int]]]:
    members: dict[int, list[int]] = {}
    for i, program in enumerate(programs):
        bucket = next(size for size in _BUCKETS if len(program.constants) <= size)
        members.setdefault(bucket, []).append(i)
    return sorted(members.items())


def _parts(count: int, batched: bool) -> list[slice]:
    size = _PART_BATCHED if batched else _PART
    return [slice(begin, begin + size) for begin in range(0, count, size)]


def _leading_parts(programs: Sequence[Program], size: int) -> Floats:
    values = np.zeros((len(programs), size))
    for row, program in zip(values, programs, strict=True):
        row[: len(program.constants)] = [high for high, _ in program.constants]
    return values


def _starts(programs: Sequence[Program], size: int, num_starts: int, rng: np.random.Generator) -> Floats:
    """Draws starts of shape (num_programs, size, num_starts)."""
    normal = rng.standard_normal((len(programs), size, num_starts))
    starts = normal * 10.0 ** rng.uniform(*_DECADES, (len(programs), 1, num_starts))
    inherited = _leading_parts(programs, size)
    for i, spread in zip(range(INHERITED_STARTS), _SPREADS, strict=True):
        starts[:, :, i] = inherited * (1.0 + spread * normal[:, :, i])
    return starts


def _held(programs: Sequence[Program], size: int, num_starts: int) -> npt.NDArray[np.bool_]:
    """Returns what the first step leaves alone, of the shape of the starts: nothing where it would be everything."""
    held = np.zeros((len(programs), size, num_starts), np.bool_)
    for rows, program in zip(held, programs, strict=True):
        affine = affine_constants(program.instructions, len(program.constants))
        if any(affine):
            rows[: len(affine), 1::2] = np.logical_not(affine)[:, None]
    return held


def _padded(rows: npt.NDArray[np.generic], count: int) -> npt.NDArray[np.generic]:
    return np.concatenate([rows, np.zeros((count - len(rows), *rows.shape[1:]), rows.dtype)])


def _stacked(blocks: Sequence[Block], batched: bool) -> tuple[Block, npt.NDArray[np.int32]]:
    """Pads the code to one of few shapes, because each shape is compiled once; where all rows run, to little more."""
    if not batched:
        return stack(blocks, _PART, _CODE_LENGTH)
    longest = max(map(len, blocks))
    return stack(blocks, 1 << (len(blocks) - 1).bit_length(), -(-longest // _CODE_STEP) * _CODE_STEP)


def _fit_part(
    programs: Sequence[Program], starts: Floats, samples: Samples, iterations: int, batched: bool
) -> tuple[Floats, Floats]:
    """Returns the best constants, shape (num_programs, size), and their root mean square errors."""
    code, lengths = _stacked([gradient_block(p.instructions, len(p.constants)) for p in programs], batched)
    held = _held(programs, *starts.shape[1:])
    fitted, cost = fit(
        code, lengths, len(programs), _padded(starts, len(code)), _padded(held, len(code)),
        samples.points, samples.weights, samples.goals, iterations, batched,
    )  # fmt: skip
    costs = np.asarray(cost)[: len(programs)]
    costs = np.where(np.isnan(costs), np.inf, costs)
    best = costs.argmin(1)
    each = np.arange(len(programs))
    return np.asarray(fitted)[each, :, best], np.sqrt(costs[each, best])
