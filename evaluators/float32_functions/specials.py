"""The inputs where functions are special: zeros, infinities, NaN, subnormal numbers, and the edges of overflow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.float32_functions.correct_rounding import correctly_rounded
from evaluators.float32_functions.input_order import inputs, place
from evaluators.float32_functions.targets import MachineTarget
from evaluators.float32_functions.ulp import flush_inputs, ulp_errors
from primitives.float_format import FloatFormat

TOLERANCE_ULP = 1.0
"""How far a value may be from an expected one that is neither zero, infinite nor NaN."""


@dataclass(frozen=True, slots=True)
class Special:
    """One special input.

    Attributes:
        name: what is special about it.
        input: the number.
        got: the function's value.
        expected: the correctly rounded one.
        ok: whether NaN, infinities and zeros (with their signs where the input is zero) are as expected, and other
            values within ``TOLERANCE_ULP``.
    """

    name: str
    input: float
    got: float
    expected: float
    ok: bool


def special_inputs(target: MachineTarget, fmt: FloatFormat) -> dict[str, float]:
    """Returns the special inputs of a target's domain by name."""
    least = 2.0 ** (1 - fmt.bias - fmt.fraction_bits)
    magnitudes = {
        "0": 0.0,
        "least subnormal": least,
        "greatest subnormal": fmt.smallest_normal - least,
        "least normal": fmt.smallest_normal,
        "1": 1.0,
        "greatest": fmt.largest,
        "inf": math.inf,
    }
    named = {f"{sign}{name}": value for name, size in magnitudes.items() for sign, value in (("", size), ("-", -size))}
    named |= {"NaN": math.nan, **edges(target, fmt)}
    inside = target.contains(np.array(list(named.values())))
    return {name: value for (name, value), belongs in zip(named.items(), inside.tolist(), strict=True) if belongs}


def edges(target: MachineTarget, fmt: FloatFormat) -> dict[str, float]:
    """Returns the inputs on both sides of where values begin to overflow, to be subnormal, and to be zero."""
    found: dict[str, float] = {}
    for near, far in ((1.0, max(1.0, min(target.upper, math.inf))), (-1.0, min(-1.0, max(target.lower, -math.inf)))):
        start, stop = sorted((place(fmt.nearest(near), fmt), place(fmt.nearest(far), fmt)))
        for last in _changes(target, fmt, start, stop):
            for x in inputs(fmt, range(last, last + 2)).astype(np.float64).tolist():
                found[f"edge {x!r}"] = x
    return found


def _changes(target: MachineTarget, fmt: FloatFormat, start: int, stop: int) -> list[int]:
    """Returns the places after which the class of the value changes, each class being met once."""
    if _class(target, fmt, start) == _class(target, fmt, stop):
        return []
    if stop == start + 1:
        return [start]
    middle = (start + stop) // 2
    return [*_changes(target, fmt, start, middle), *_changes(target, fmt, middle, stop)]


def _class(target: MachineTarget, fmt: FloatFormat, at: int) -> int:
    value = abs(float(correctly_rounded(target, inputs(fmt, range(at, at + 1)), fmt)[0]))
    return 3 if math.isnan(value) else (value > 0) + (value >= fmt.smallest_normal) + 2 * (value == math.inf)


def check_specials(
    function: Any, target: MachineTarget, fmt: FloatFormat, flush: bool, tolerance: float = TOLERANCE_ULP
) -> tuple[Special, ...]:
    """Compares a function with what is expected of it at the special inputs.

    Args:
        function: takes and returns arrays of the format.
        target: what it is to compute.
        fmt: the format.
        flush: whether subnormal numbers are flushed: expected values are then those of the zeros of their signs.
        tolerance: for values that are neither zero, infinite nor NaN, in ULP.
    """
    named = special_inputs(target, fmt)
    if not named:
        return ()
    x = np.array(list(named.values())).astype(fmt.dtype)
    got = np.asarray(function(x)).astype(np.float64)
    exact_inputs = flush_inputs(x, fmt) if flush else x.astype(np.float64)
    expected = correctly_rounded(target, exact_inputs, fmt).astype(np.float64)
    right = _right(exact_inputs, got, expected, ulp_errors(got, expected, fmt, flush), tolerance)
    rows = zip(named.items(), got.tolist(), expected.tolist(), right.tolist(), strict=True)
    return tuple(Special(name, value, *figures) for (name, value), *figures in rows)


def _right(
    x: NDArray[np.float64],
    got: NDArray[np.float64],
    expected: NDArray[np.float64],
    errors: NDArray[np.float64],
    tolerance: float,
) -> NDArray[np.bool_]:
    wrong_zero = (x == 0) & (expected == 0) & (np.signbit(got) != np.signbit(expected))
    return np.asarray((errors <= tolerance) & ~wrong_zero)
