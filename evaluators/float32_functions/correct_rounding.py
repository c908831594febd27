"""Correctly rounded values: doubles where they decide, balls of arb where an exact value lies too near half-way."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from evaluators.balls import Ball, precision
from evaluators.float32_functions.reference import REFERENCES, TANGENT_LIMIT, reference
from evaluators.float32_functions.targets import MachineTarget
from evaluators.float32_functions.ulp import spacing
from primitives.float_format import FloatFormat

PRECISIONS = (128, 256, 512, 1024, 2048)

BALLS: MappingProxyType[str, Callable[[Ball], Ball]] = MappingProxyType(
    {
        "exp2": lambda x: arb(2) ** x,
        "exp": lambda x: x.exp(),
        "log2": lambda x: x.log() / arb(2).log(),
        "log": lambda x: x.log(),
        "sin": lambda x: x.sin(),
        "cos": lambda x: x.cos(),
        "tanh": lambda x: x.tanh(),
        "erf": lambda x: x.erf(),
        "sigmoid": lambda x: 1 / (1 + (-x).exp()),
        "gelu": lambda x: x * (-x / arb(2).sqrt()).erfc() / 2,
        "expm1": lambda x: x.expm1(),
        "log1p": lambda x: x.log1p(),
    }
)
"""Every target as a function of balls, by name."""


def correctly_rounded(target: MachineTarget, x: NDArray[Any], fmt: FloatFormat) -> NDArray[Any]:
    """Returns the numbers of a format nearest to a target's exact values.

    Args:
        target: the function.
        x: the exact inputs, of any type and shape.
        fmt: the format of the results; subnormal results are kept.
    """
    exact_inputs = np.asarray(x, np.float64)
    row, values = REFERENCES[target.name], reference(target, exact_inputs)
    error = np.full_like(values, row.accuracy)
    if row.beside is not None:
        tiny = np.abs(exact_inputs) <= TANGENT_LIMIT
        values[tiny], error[tiny] = row.beside(exact_inputs[tiny]), 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = (fmt.rounded(values * factor) for factor in (1 - error, 1 + error))
    undecided = (low != high) & ~np.isnan(values)
    low[undecided] = [_decided(BALLS[target.name], value, fmt) for value in exact_inputs[undecided].tolist()]
    return low


def _decided(function: Callable[[Ball], Ball], x: float, fmt: FloatFormat) -> float:
    for bits in PRECISIONS:
        with precision(bits):
            value = function(arb(x))
            low, high = (_rounded(end, fmt) for end in (value.lower(), value.upper()))
            if low == high:
                break
    # an exact value half-way between two numbers, which no precision tells from its neighbours, is the ball's middle
    return low if low == high else _rounded(value.mid(), fmt)


def _rounded(exact: Ball, fmt: FloatFormat) -> float:
    mantissa, exponent = (int(part) for part in exact.man_exp())
    value = Fraction(mantissa) * Fraction(2) ** exponent
    unit = Fraction(spacing(np.array([float(value)]), fmt).item())
    # Python's round takes ties to even
    return float(round(value / unit) * unit)
