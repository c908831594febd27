"""Schemes for exp2, exp and expm1: two to the nearest integer, times a polynomial of the rest.

expm1 is s (p + 1) - 1 = s p + (s - 1), with s the power of two and p the polynomial for expm1 of the rest. It is
rounded once where p is exact enough, so that p = r + r^2 q(r) with r exact, and what r lacks is added to the second
term. With octaves from 3/4 to 3/2, p stays below the binade of the result except where s is 1.
"""

from __future__ import annotations

import math
from random import Random

from primitives.float_format import FloatFormat
from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.schemes.octaves import (
    LOG2_E,
    MIDDLE,
    Octave,
    draw_form,
    exponential_series,
    log_2,
    octave,
    remainder,
    with_sign,
)
from search_spaces.float32_functions.schemes.scheme import Scheme

_DEGREES = (5, 6, 6, 6, 7)


def _inside(fmt: FloatFormat, scale: float) -> tuple[float, float]:
    """Returns the least x whose result is normal and the greatest whose result is finite.

    Args:
        fmt: the format.
        scale: the logarithm of 2 to the base of the exponential.
    """
    step = 2.0 ** -(fmt.fraction_bits + 1)
    least, greatest = (1 - fmt.bias) * scale, math.log2(fmt.largest * (1 + step / 2)) * scale
    low, high = fmt.nearest(least), fmt.nearest(greatest)
    return (
        low if low >= least else fmt.nearest(least * (1 - step)),
        high if high <= greatest else fmt.nearest(greatest * (1 - step)),
    )


def _ends_by_choices(b: Builder, value: Value, scale: float) -> Value:
    low, high = _inside(b.format, scale)
    return b("select", b("less", high, b.x), math.inf, _zero_below(b, value, low))


def _zero_below(b: Builder, value: Value, low: float) -> Value:
    """Returns zero below an input and NaN for NaN, to whose bits the exponent must not be added."""
    return b("select", b("less_equal", low, b.x), value, b("max", 0.0, b.x))


def _draw_exp2(b: Builder, rng: Random) -> Value:
    degree, form = rng.choice(_DEGREES), draw_form(rng)
    clamped = rng.random() < 0.7
    # Up to here 1 times the power of two is right: infinity, whose fraction is that of 1.
    x = b("min", float(b.format.bias + 1), b.x) if clamped else b.x
    nearest = octave(b, x)
    p = _series(b, x - nearest.number, degree, form, math.log(2))
    value = b("insert_exponent", p, nearest.count)
    low, high = _inside(b.format, 1.0)
    value = _zero_below(b, value, low)
    return value if clamped else b("select", b("less", high, b.x), math.inf, value)


def _draw_exp(b: Builder, rng: Random) -> Value:
    degree, form = rng.choice(_DEGREES), draw_form(rng)
    nearest = octave(b, b.x, LOG2_E)
    if rng.random() < 0.7:
        p = _series(b, remainder(b, b.x, nearest.number), degree, form, 1.0)
    else:
        high = b.format.nearest(LOG2_E)
        rest = b("fma", b.x, LOG2_E - high, b("fma", b.x, high, -nearest.number))
        p = _series(b, rest, degree, form, math.log(2))
    return _ends_by_choices(b, b("insert_exponent", p, nearest.count), math.log(2))


def _series(b: Builder, r: Value, degree: int, form: str, base: float) -> Value:
    return exponential_series(b, r, range(degree + 1), form, base=base, first=1.0)


def _draw_expm1(b: Builder, rng: Random) -> Value:
    fmt = b.format
    _, high = _inside(fmt, math.log(2))
    # Above the largest x with a finite result, twice s p + (s - 1) / 2 overflows, as it must.
    x = b("min", fmt.nearest(high * (1 + 2.0**-10)), b("max", -(fmt.fraction_bits + 4) * math.log(2), b.x))
    # Taken off the product, XLA would add the middle to the number that rounds, where it is lost.
    middle = rng.choice((MIDDLE, MIDDLE, 0.0625, 0.125)) * math.log(2)
    nearest = octave(b, x - middle, LOG2_E, bias=fmt.bias - 1)
    p = _expm1_of_rest(b, x, nearest, rng)
    half = nearest.power
    value = b("fma", half, p, half - 0.5)
    # Half of a number that is hardly normal would be flushed.
    value = b("select", b("equal", nearest.number, 0.0), p, value + value)
    return with_sign(b, value)


def _expm1_of_rest(b: Builder, x: Value, nearest: Octave, rng: Random) -> Value:
    degree, form = rng.choice((6, 6, 7, 7, 8)), draw_form(rng)
    high, low = log_2(b.format)
    # In one octave s / 2 - 1 / 2 is rounded, and the result is still so small that this counts in full.
    last = b.format.fraction_bits + 2
    lost = b("select", b("equal", nearest.number, last), -(2.0**-last), 0.0)
    exact = b("fma", nearest.number, -high, x)
    excess = b("fma", nearest.number, -low, lost) if rng.random() < 0.7 else nearest.number * -low
    r = exact + excess
    q = exponential_series(b, r, range(2, degree + 1), form)
    return exact + b("fma", r * r, q, excess)


ROWS = (
    Scheme("exponential", "two to the nearest integer times a polynomial of the rest", ("exp2",), _draw_exp2),
    Scheme("exponential", "two to the nearest integer times a polynomial of the rest", ("exp",), _draw_exp),
    Scheme("exponential", "s p + (s - 1), s a power of two, p for the rest", ("expm1",), _draw_expm1),
)
"""The schemes of this file."""
