"""The inputs on which programs are judged, with their exact values: a sample, a survey, a dense set, a vicinity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.float32_functions import input_order
from evaluators.float32_functions.input_order import numbers, place
from evaluators.float32_functions.minimax import Points, fit_points
from evaluators.float32_functions.reference import Doubles, reference
from evaluators.float32_functions.stretches import spread_inputs
from evaluators.float32_functions.targets import MachineTarget
from evaluators.float32_functions.ulp import flush_inputs, ulp_errors
from primitives.float_format import FloatFormat

_AROUND = 4
"""Neighbours on each side of a special input."""

_MAX_EDGES = 64
_PER_CELL = 32
"""So many of the worst inputs are looked through for each stretch of a vicinity: many lie together."""

_EVEN_SHARE = 3
"""One input in so many lies evenly among all of the domain, whatever the function."""


@dataclass(frozen=True)
class Inputs:
    """Inputs and the exact values there.

    Attributes:
        x: numbers of the format.
        exact: as the arithmetic takes the inputs, of the shape of x.
        format: of the inputs.
        flush: whether the arithmetic flushes subnormal numbers.
    """

    x: NDArray[Any]
    exact: Doubles
    format: FloatFormat
    flush: bool

    @cached_property
    def fitted(self) -> Points:
        """Those inputs whose exact values are normal numbers."""
        with np.errstate(invalid="ignore"):
            return fit_points(self.x, self.exact, self.format, flush=self.flush)

    def errors(self, values: NDArray[Any]) -> Doubles:
        """Returns the errors of a program's values in ULP; a zero of the wrong sign at a zero is infinitely wrong."""
        with np.errstate(invalid="ignore"):
            got = np.asarray(values, np.float64)
        errors = ulp_errors(got, self.exact, self.format, self.flush)
        zeros = (self.exact == 0) & (got == 0) & (self._taken == 0)
        errors[zeros & (np.signbit(got) != np.signbit(self.exact))] = np.inf
        return errors

    @cached_property
    def _taken(self) -> Doubles:
        return _taken(self.x, self.format, flush=self.flush)


def spread(target: MachineTarget, fmt: FloatFormat, count: int, *, flush: bool, phase: float = 0.5) -> Inputs:
    """Returns inputs over the domain, most where the function takes effort and some over every binade.

    Args:
        target: the function and its domain.
        fmt: of the inputs.
        count: how many, nearly.
        flush: whether the arithmetic flushes subnormal numbers.
        phase: between 0 and 1; sets of different phases have hardly any inputs in common.
    """
    few = count // _EVEN_SHARE
    return _valued(
        target, fmt, [spread_inputs(target, count - few, phase), _even(target, fmt, few, phase)], flush=flush
    )


def survey(target: MachineTarget, fmt: FloatFormat, count: int, *, flush: bool, phase: float = 0.25) -> Inputs:
    """Returns inputs over every binade, besides the special ones: as :func:`spread`, with :func:`critical_inputs`."""
    body = spread(target, fmt, count, flush=flush, phase=phase)
    return _valued(target, fmt, [body.x, critical_inputs(target, fmt, flush=flush)], flush=flush)


def vicinity(inputs: Inputs, errors: Doubles, target: MachineTarget, *, cells: int, cell_size: int) -> Inputs:
    """Returns all numbers around those inputs at which a program is worst.

    Args:
        inputs: of one program.
        errors: of the program at the inputs.
        target: the function and its domain.
        cells: how many stretches of neighbouring numbers, those with the largest errors.
        cell_size: numbers in each.
    """
    fmt, few = inputs.format, min(cells * _PER_CELL, len(errors))
    worst = np.argpartition(-errors, few - 1)[:few]
    ordered = input_order.places(inputs.x[worst[np.argsort(-errors[worst])]], fmt) // cell_size
    _, first = np.unique(ordered, return_index=True)
    chosen = ordered[np.sort(first)[:cells]]
    around = (chosen[:, None] * cell_size + np.arange(cell_size)).ravel()
    return _valued(target, fmt, [numbers(fmt, around)], flush=inputs.flush)


def critical_inputs(target: MachineTarget, fmt: FloatFormat, *, flush: bool) -> NDArray[Any]:
    """Returns the inputs of a domain at which programs are apt to fail, in no order.

    These are NaN, infinities, zeros of both signs, the least and greatest subnormal and normal numbers, powers of two,
    the ends of the domain, where the function's values overflow, become subnormal or 1, or round to x, all with their
    neighbours, and for sin and cos the numbers nearest to multiples of pi/2.
    """
    powers = 2.0 ** np.arange(-fmt.bias - fmt.fraction_bits + 1, fmt.bias + 1)
    named = np.array([0.0, fmt.largest, fmt.smallest_normal, math.inf])
    ends = [end for end in (target.lower, target.upper) if math.isfinite(end)]
    centres = np.concatenate([powers, named, -powers, -named, ends]).astype(fmt.dtype)
    places = np.array([place(float(value), fmt) for value in centres])
    places = np.concatenate([places, _edges(target, fmt, flush=flush)])
    steps = np.arange(-_AROUND, _AROUND + 1)
    wanted = _distinct(np.clip((places[:, None] + steps).ravel(), 0, 2**fmt.bits - 1))
    x = np.concatenate([numbers(fmt, wanted), np.concatenate([_multiples(target), [math.nan]]).astype(fmt.dtype)])
    with np.errstate(invalid="ignore"):
        return x[target.contains(x)]


def _multiples(target: MachineTarget) -> Doubles:
    """Returns the multiples of pi/2 in the domain of sin or cos, where relative accuracy is lost first."""
    if target.name not in ("sin", "cos"):
        return np.zeros(0)
    first, last = (math.ceil(target.lower / (math.pi / 2)), math.floor(target.upper / (math.pi / 2)))
    return np.asarray(np.arange(first, last + 1) * (math.pi / 2), np.float64)


def _edges(target: MachineTarget, fmt: FloatFormat, *, flush: bool) -> NDArray[np.int64]:
    """Returns the places where the kind of the function's values changes, by bisection between even places."""

    def kind(places: NDArray[np.int64]) -> NDArray[np.int64]:
        x = numbers(fmt, places)
        exact = reference(target, _taken(x, fmt, flush=flush))
        size = np.abs(exact)
        with np.errstate(over="ignore", invalid="ignore"):
            nearest = exact.astype(fmt.dtype).astype(np.float64)
        tests = (np.isnan(exact), size > fmt.largest, size < fmt.smallest_normal, np.abs(nearest) == 1, nearest == x)
        return np.asarray(sum(test.astype(np.int64) << bit for bit, test in enumerate(tests)))

    grid = _even_places(target, fmt, 4096, 0.0)
    kinds = kind(grid)
    changes = np.flatnonzero(kinds[1:] != kinds[:-1])[:_MAX_EDGES]
    low, high = grid[changes], grid[changes + 1]
    before = kinds[changes]
    while len(low) and (high - low).max() > 1:
        middle = (low + high) // 2
        same = kind(middle) == before
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.asarray(high)


def _even(target: MachineTarget, fmt: FloatFormat, count: int, phase: float) -> NDArray[Any]:
    return numbers(fmt, _even_places(target, fmt, count, phase))


def _even_places(target: MachineTarget, fmt: FloatFormat, count: int, phase: float) -> NDArray[np.int64]:
    """Returns places of numbers evenly among all of the domain, NaN left out."""
    first, last = place(max(target.lower, -math.inf), fmt), place(min(target.upper, math.inf), fmt)
    span = (last - first) / max(count, 1)
    return _distinct((first + (np.arange(count) + phase) * span).astype(np.int64))


def _distinct(values: NDArray[Any]) -> NDArray[Any]:
    """Returns the distinct integers in ascending order; NumPy's own way hashes them, which takes seconds."""
    ordered = np.sort(values)
    return np.asarray(ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)]])


def _taken(x: NDArray[Any], fmt: FloatFormat, *, flush: bool) -> Doubles:
    # a signalling NaN says so when it is cast
    with np.errstate(invalid="ignore"):
        return np.asarray(flush_inputs(x, fmt) if flush else x, np.float64)


def _valued(target: MachineTarget, fmt: FloatFormat, parts: list[Any], *, flush: bool) -> Inputs:
    with np.errstate(all="ignore"):
        together = np.concatenate([np.asarray(part).astype(fmt.dtype) for part in parts])
        patterns = _distinct(together.view(fmt.int_dtype)).view(fmt.dtype)
        x = patterns[target.contains(patterns)]
        return Inputs(x, reference(target, _taken(x, fmt, flush=flush)), fmt, flush)
