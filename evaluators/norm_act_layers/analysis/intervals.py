"""Enclosures of values and of derivatives over intervals of x, many intervals at once.

Rounding is to nearest, so an enclosure holds but for rounding errors.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from primitives.special import special
from primitives.tensor import TENSOR_PRIMITIVES

Array: TypeAlias = Any


class Interval(NamedTuple):
    """What a value lies between.

    Attributes:
        low: the lower ends.
        high: the upper ends.
    """

    low: Array
    high: Array


class Enclosure(NamedTuple):
    """What a function of x and its derivative lie between.

    Attributes:
        value: of the function.
        slope: of its derivative; at kinks of the derivatives on both sides.
    """

    value: Interval
    slope: Interval


_Rule: TypeAlias = Callable[[Interval], Interval]


def enclose(op: str, operands: tuple[Enclosure, ...]) -> Enclosure:
    """Returns an enclosure of an elementwise operation."""
    a, b = operands[0], operands[-1]
    if len(operands) == 1:
        of_value, of_slope = _UNARY[op]
        return Enclosure(of_value(a.value), _times(of_slope(a.value), a.slope))
    if op in ("max", "min"):
        return _either(op, a, b)
    if op == "mul":
        return Enclosure(_times(a.value, b.value), _plus(_times(a.value, b.slope), _times(a.slope, b.value)))
    if op == "div":
        value = _over(a.value, b.value)
        return Enclosure(value, _over(_plus(a.slope, _negative(_times(value, b.slope))), b.value))
    if op == "sub":
        b = Enclosure(_negative(b.value), _negative(b.slope))
    return Enclosure(_plus(a.value, b.value), _plus(a.slope, b.slope))


def _plus(a: Interval, b: Interval) -> Interval:
    return Interval(a.low + b.low, a.high + b.high)


def _negative(a: Interval) -> Interval:
    return Interval(-a.high, -a.low)


def _times(a: Interval, b: Interval) -> Interval:
    products = np.stack(np.broadcast_arrays(*(p * q for p in a for q in b)))
    undefined = np.isnan(a.low) | np.isnan(b.low)
    # Ends are infinite where there is no bound, and nothing times that is nothing.
    products = np.where(np.isnan(products) & ~undefined, 0.0, products)
    return Interval(products.min(0), products.max(0))


def _over(a: Interval, b: Interval) -> Interval:
    around = (b.low <= 0) & (b.high >= 0)
    quotient = _times(a, Interval(1 / np.where(around, 1.0, b.high), 1 / np.where(around, 1.0, b.low)))
    return Interval(np.where(around, -math.inf, quotient.low), np.where(around, math.inf, quotient.high))


def _either(op: str, a: Enclosure, b: Enclosure) -> Enclosure:
    pick = np.maximum if op == "max" else np.minimum
    value = Interval(pick(a.value.low, b.value.low), pick(a.value.high, b.value.high))
    above, below = a.value.low > b.value.high, a.value.high < b.value.low
    only_a, only_b = (above, below) if op == "max" else (below, above)
    low, high = np.minimum(a.slope.low, b.slope.low), np.maximum(a.slope.high, b.slope.high)
    return Enclosure(
        value,
        Interval(
            np.where(only_a, a.slope.low, np.where(only_b, b.slope.low, low)),
            np.where(only_a, a.slope.high, np.where(only_b, b.slope.high, high)),
        ),
    )


def _rising(function: Callable[[Array], Array]) -> _Rule:
    return lambda a: Interval(function(a.low), function(a.high))


def _falling(function: Callable[[Array], Array]) -> _Rule:
    return lambda a: Interval(function(a.high), function(a.low))


def _magnitude(a: Interval) -> Interval:
    around = (a.low <= 0) & (a.high >= 0)
    low, high = np.abs(a.low), np.abs(a.high)
    return Interval(np.where(around, 0.0, np.minimum(low, high)), np.maximum(low, high))


def _peaked(function: Callable[[Array], Array]) -> _Rule:
    """Of what is even, and falls on both sides of 0."""
    return lambda a: _falling(function)(_magnitude(a))


def _fixed(value: float) -> _Rule:
    return lambda a: Interval(np.full_like(a.low, value), np.full_like(a.high, value))


def _sine(a: Interval) -> Interval:
    def passes(angle: float) -> Array:
        return np.floor((a.high - angle) / (2 * math.pi)) >= np.ceil((a.low - angle) / (2 * math.pi))

    first, last = np.sin(a.low), np.sin(a.high)
    wide = ~(a.high - a.low < 2 * math.pi)
    return Interval(
        np.where(wide | passes(-math.pi / 2), -1.0, np.minimum(first, last)),
        np.where(wide | passes(math.pi / 2), 1.0, np.maximum(first, last)),
    )


def _cosine(a: Interval) -> Interval:
    return _sine(Interval(a.low + math.pi / 2, a.high + math.pi / 2))


def _signed_log(a: Interval) -> Interval:
    around = (a.low <= 0) & (a.high >= 0)
    low, high = (np.sign(end) * np.log(np.abs(end)) for end in a)
    return Interval(np.where(around, -math.inf, low), np.where(around, math.inf, high))


def _step(a: Interval) -> Interval:
    return Interval(np.where(a.low >= 0, 1.0, -1.0), np.where(a.high <= 0, -1.0, 1.0))


def _domain(a: Interval) -> Interval:
    """Leaves of an operand what is not negative."""
    return Interval(np.where(a.high < 0, math.nan, np.maximum(a.low, 0.0)), a.high)


def _logistic(a: Array) -> Array:
    return special(np).expit(a)


def _floating(op: str) -> Callable[[Array], Array]:
    row = TENSOR_PRIMITIVES[op]
    return lambda a: row.floating(np, a)


_UNARY: MappingProxyType[str, tuple[_Rule, _Rule]] = MappingProxyType(
    {
        "neg": (_negative, _fixed(-1.0)),
        "sigmoid": (_rising(_logistic), _peaked(lambda a: _logistic(a) * _logistic(-a))),
        "tanh": (_rising(np.tanh), _peaked(lambda a: 1 - np.tanh(a) ** 2)),
        "exp": (_rising(np.exp), _rising(np.exp)),
        "signed_log": (_signed_log, _peaked(lambda a: 1 / a)),
        "abs": (_magnitude, _step),
        "square": (lambda a: _rising(np.square)(_magnitude(a)), _rising(lambda a: 2 * a)),
        "signed_sqrt": (_rising(_floating("signed_sqrt")), _peaked(lambda a: 0.5 / np.sqrt(a))),
        "erf": (_rising(_floating("erf")), _peaked(lambda a: 2 / math.sqrt(math.pi) * np.exp(-a * a))),
        "sin": (_sine, _cosine),
        "softplus": (_rising(_floating("softplus")), _rising(_logistic)),
        "sqrt": (lambda a: _rising(np.sqrt)(_domain(a)), lambda a: _falling(lambda b: 0.5 / np.sqrt(b))(_domain(a))),
        "rsqrt": (
            lambda a: _falling(lambda b: 1 / np.sqrt(b))(_domain(a)),
            lambda a: _rising(lambda b: -0.5 * b**-1.5)(_domain(a)),
        ),
    }
)
"""Enclosures of every operation of one operand, and of its derivative."""
