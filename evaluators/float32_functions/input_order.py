"""All numbers of a format in ascending order: NaN of negative sign, -inf to -0, 0 to inf, NaN of positive sign.

A place is a number from 0 to 2^bits - 1. A domain is a range of places, and so is a part of a check.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.float32_functions.targets import MachineTarget
from primitives.float_format import FloatFormat


def inputs(fmt: FloatFormat, places: range) -> NDArray[Any]:
    """Returns the numbers at places.

    Args:
        fmt: the format.
        places: a range of step 1.
    """
    half, unsigned = 1 << (fmt.bits - 1), f"uint{fmt.bits}"
    turn = min(max(half, places.start), places.stop)
    # negative numbers ascend as their patterns descend
    negative = np.arange(2 * half - turn, 2 * half - places.start, dtype=unsigned)[::-1]
    positive = np.arange(turn - half, places.stop - half, dtype=unsigned)
    return np.concatenate([negative, positive]).view(fmt.dtype)


def numbers(fmt: FloatFormat, places: NDArray[np.int64]) -> NDArray[Any]:
    """Returns the numbers at places in any order."""
    half = 1 << (fmt.bits - 1)
    patterns = np.where(places >= half, places - half, 2 * half - 1 - places).astype(f"uint{fmt.bits}")
    return np.asarray(patterns.view(fmt.dtype))


def places(values: NDArray[Any], fmt: FloatFormat) -> NDArray[np.int64]:
    """Returns the places of numbers of the format."""
    half = 1 << (fmt.bits - 1)
    patterns = np.asarray(values, fmt.dtype).view(f"uint{fmt.bits}").astype(np.int64)
    return np.where(patterns < half, patterns + half, 2 * half - 1 - patterns)


def place(value: float, fmt: FloatFormat) -> int:
    """Returns the place of a number of the format; zero of either sign has one of its own."""
    with np.errstate(over="ignore"):
        return int(places(np.array([value], fmt.dtype), fmt)[0])


def domain_places(target: MachineTarget, fmt: FloatFormat) -> tuple[range, ...]:
    """Returns the places of all inputs that belong to a target's domain, in ascending order."""
    whole = range(2**fmt.bits)
    if target.full:
        return (whole,)
    inside = range(_first(target.lower, fmt), _last(target.upper, fmt) + 1)
    if not target.nan:
        return (inside,)
    num_nan = 2**fmt.fraction_bits - 1
    return (whole[:num_nan], inside, whole[-num_nan:])


def _first(lower: float, fmt: FloatFormat) -> int:
    if lower == 0:
        return place(-0.0, fmt)
    return place(fmt.nearest(lower), fmt) + int(fmt.nearest(lower) < lower)


def _last(upper: float, fmt: FloatFormat) -> int:
    if upper == 0:
        return place(0.0, fmt)
    return place(fmt.nearest(upper), fmt) - int(fmt.nearest(upper) > upper)
