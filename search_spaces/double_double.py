"""Double-double scalars: a real number as an unevaluated sum of two doubles, about 106 bits.

Sums and products by error-free transformations (Dekker 1971, Knuth TAOCP vol. 2, 4.2.2); elementary
functions in decimal arithmetic. Used where constants are folded, so that canonicalising a program does not
round its constants to double precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal
from typing import TypeAlias

DoubleDouble: TypeAlias = tuple[float, float]

_DECIMAL = Context(prec=40)


def _two_sum(a: float, b: float) -> DoubleDouble:
    s = a + b
    v = s - a
    return s, (a - (s - v)) + (b - v)


def _two_product(a: float, b: float) -> DoubleDouble:
    p = a * b
    if not math.isfinite(p) or abs(a) > 1e290 or abs(b) > 1e290:
        return p, 0.0
    t = 134217729.0 * a
    a_high = t - (t - a)
    a_low = a - a_high
    t = 134217729.0 * b
    b_high = t - (t - b)
    b_low = b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


def add(a: DoubleDouble, b: DoubleDouble) -> DoubleDouble:
    """Returns a + b."""
    s, e = _two_sum(a[0], b[0])
    if not math.isfinite(s):
        return s, 0.0
    return _two_sum(s, e + (a[1] + b[1]))


def negate(a: DoubleDouble) -> DoubleDouble:
    """Returns -a."""
    return -a[0], -a[1]


def sub(a: DoubleDouble, b: DoubleDouble) -> DoubleDouble:
    """Returns a - b."""
    return add(a, negate(b))


def mul(a: DoubleDouble, b: DoubleDouble) -> DoubleDouble:
    """Returns a * b."""
    p, e = _two_product(a[0], b[0])
    if not math.isfinite(p):
        return p, 0.0
    return _two_sum(p, e + (a[0] * b[1] + a[1] * b[0]))


def div(a: DoubleDouble, b: DoubleDouble) -> DoubleDouble:
    """Returns a / b; division by zero gives an infinity or NaN, never an exception."""
    if b[0] == 0.0:
        return (math.nan if a[0] == 0.0 else math.copysign(math.inf, a[0]) * math.copysign(1.0, b[0])), 0.0
    q = a[0] / b[0]
    if not math.isfinite(q):
        return q, 0.0
    r = sub(a, mul((q, 0.0), b))
    return _two_sum(q, r[0] / b[0])


def sqrt(a: DoubleDouble) -> DoubleDouble:
    """Returns the square root, raising ArithmeticError below zero."""
    return _in_decimal(_DECIMAL.sqrt, a)


def exp(a: DoubleDouble) -> DoubleDouble:
    """Returns e to the power a."""
    return _in_decimal(_DECIMAL.exp, a)


def log(a: DoubleDouble) -> DoubleDouble:
    """Returns the natural logarithm, raising ArithmeticError below zero."""
    return _in_decimal(_DECIMAL.ln, a)


def _in_decimal(function: Callable[[Decimal], Decimal], a: DoubleDouble) -> DoubleDouble:
    result = function(_DECIMAL.add(Decimal(a[0]), Decimal(a[1])))
    high = float(result)
    if not math.isfinite(high):
        return high, 0.0
    return high, float(_DECIMAL.subtract(result, Decimal(high)))
