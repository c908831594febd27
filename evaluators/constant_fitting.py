"""The constants of a batch of programs, fitted from many starts each, and the error that they reach.

A program's first start is the constants it came with (a child inherits its parent's), the next two lie around
them, and the rest are drawn at random; the best start is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jax import lax

from evaluators.bytecode import NUM_REGISTERS, gradient_block, link, value_block
from evaluators.interpreter import interpret, register_file
from evaluators.levenberg_marquardt import fit
from search_spaces.program import Program

Floats = npt.NDArray[np.float64]

_BUCKETS = (4, 6, 8, 12, 16)
"""Numbers of constants for which a fit is compiled; a program takes the smallest that holds it."""

_CHUNK = 8
_MAX_CHUNKS = 32
_STREAM_LENGTH = _CHUNK * (NUM_REGISTERS + 24)
_SPREADS = (0.0, 0.1, 1.0)
"""Relative spread around the inherited constants of the first starts."""


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


@dataclass(frozen=True, slots=True)
class FitConfig:
    """How hard constants are fitted.

    Attributes:
        num_starts: starts per program, the inherited one included.
        num_points: Chebyshev points at which the error is fitted.
        iterations: Levenberg-Marquardt steps at most.
    """

    num_starts: int = 8
    num_points: int = 32
    iterations: int = 30

    def __post_init__(self) -> None:
        least = {"num_starts": len(_SPREADS), "num_points": 16, "iterations": 1}
        for name, bound in least.items():
            if getattr(self, name) < bound:
                raise ValueError(f"{name} must be at least {bound}, not {getattr(self, name)}")


def fit_constants(
    programs: Sequence[Program], samples: Samples, config: FitConfig, rng: np.random.Generator
) -> tuple[list[Program], Floats]:
    """Fits the constants of every program to the samples in the least-squares sense.

    Args:
        programs: of at most 16 constants each.
        samples: the search set.
        config: starts and steps.
        rng: draws the starts.

    Returns:
        the programs with their best constants, and the root mean square error of each, float64 of shape
        (num_programs,), infinite where no start was finite.
    """
    fitted = list(programs)
    errors = np.full(len(programs), np.inf)
    for bucket, members in _by_bucket(programs):
        starts = _starts([programs[i] for i in members], bucket, config.num_starts, rng)
        for begin in range(0, len(members), _CHUNK * _MAX_CHUNKS):
            part = members[begin : begin + _CHUNK * _MAX_CHUNKS]
            best, cost = _fit_part([programs[i] for i in part], starts[begin : begin + len(part)], samples, config)
            for i, constants, error in zip(part, best, cost, strict=True):
                values = tuple((value, 0.0) for value in constants[: len(programs[i].constants)].tolist())
                fitted[i] = Program(programs[i].instructions, values)
                errors[i] = error
    return fitted, errors


def max_errors(programs: Sequence[Program], samples: Samples) -> Floats:
    """Measures the largest absolute error of every program at the samples.

    Args:
        programs: of at most 16 constants each.
        samples: the points of the measurement.

    Returns:
        float64 of shape (num_programs,); NaN or infinite where a value is.
    """
    size = _BUCKETS[-1]
    errors = np.empty(len(programs))
    for begin in range(0, len(programs), _CHUNK * _MAX_CHUNKS):
        part = programs[begin : begin + _CHUNK * _MAX_CHUNKS]
        constants = _pack([_leading_parts(p, size) for p in part])[..., None]
        streams, num_chunks = _streams([value_block(p.instructions, len(p.constants)) for p in part], size, 1)
        found = _max_errors(streams, num_chunks, constants, samples.points, samples.weights, samples.goals)
        errors[begin : begin + len(part)] = np.asarray(found).reshape(-1)[: len(part)]
    return errors


def _by_bucket(programs: Sequence[Program]) -> list[tuple[int, list[int]]]:
    members: dict[int, list[int]] = {}
    for i, program in enumerate(programs):
        bucket = next(size for size in _BUCKETS if len(program.constants) <= size)
        members.setdefault(bucket, []).append(i)
    return sorted(members.items())


def _leading_parts(program: Program, size: int) -> Floats:
    values = np.zeros(size)
    values[: len(program.constants)] = [high for high, _ in program.constants]
    return values


def _starts(programs: Sequence[Program], size: int, num_starts: int, rng: np.random.Generator) -> Floats:
    """Draws starts of shape (num_programs, size, num_starts)."""
    shape = (len(programs), size, num_starts)
    normal = rng.standard_normal(shape)
    starts = normal * 10.0 ** rng.uniform(-0.5, 0.5, shape)
    inherited = np.stack([_leading_parts(program, size) for program in programs])
    for i, spread in enumerate(_SPREADS):
        starts[:, :, i] = inherited * (1.0 + spread * normal[:, :, i])
    return starts


def _pack(rows: Sequence[Floats] | Floats) -> Floats:
    """Arranges rows by chunks, shape (max_chunks, chunk, ...); the places that are left hold zeros."""
    stacked = np.asarray(rows)
    packed = np.zeros((_MAX_CHUNKS * _CHUNK, *stacked.shape[1:]))
    packed[: len(stacked)] = stacked
    return packed.reshape(_MAX_CHUNKS, _CHUNK, *stacked.shape[1:])


def _streams(blocks: Sequence, size: int, num_outputs: int) -> tuple[npt.NDArray[np.int32], int]:
    num_chunks = -(-len(blocks) // _CHUNK)
    streams = np.zeros((_MAX_CHUNKS, _STREAM_LENGTH + 1, 4), np.int32)
    for i in range(num_chunks):
        streams[i] = link(blocks[i * _CHUNK : (i + 1) * _CHUNK], size, num_outputs, _STREAM_LENGTH)
    return streams, num_chunks


def _fit_part(
    programs: Sequence[Program], starts: Floats, samples: Samples, config: FitConfig
) -> tuple[Floats, Floats]:
    """Returns the best constants, shape (num_programs, size), and their root mean square errors."""
    size = starts.shape[1]
    blocks = [gradient_block(p.instructions, len(p.constants)) for p in programs]
    streams, num_chunks = _streams(blocks, size, size + 1)
    fitted, cost = fit(
        streams, num_chunks, _pack(starts), samples.points, samples.weights, samples.goals, config.iterations
    )
    flat = np.asarray(fitted).reshape(-1, *starts.shape[1:])[: len(programs)]
    costs = np.nan_to_num(np.asarray(cost).reshape(-1, starts.shape[2])[: len(programs)], nan=np.inf)
    best = costs.argmin(1)
    each = np.arange(len(programs))
    return flat[each, :, best], np.sqrt(costs[each, best])


@partial(jax.jit)
def _max_errors(
    streams: jax.Array,
    num_chunks: jax.Array,
    constants: jax.Array,
    points: jax.Array,
    weights: jax.Array,
    goals: jax.Array,
) -> jax.Array:
    x = points[:, None]

    def measure(i: jax.Array, errors: jax.Array) -> jax.Array:
        registers = interpret(streams[i], constants[i], register_file(x, x, _CHUNK))
        values = registers[NUM_REGISTERS:, :, 0]
        return errors.at[i].set(jnp.abs(values * weights - goals).max(1))

    return lax.fori_loop(0, num_chunks, measure, jnp.full(constants.shape[:2], jnp.inf))
