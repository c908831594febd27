"""Schemes for log2, log and log1p: the exponent and the logarithm of the rest.

x = 2^k m, with m in [low, 2 low) for low about sqrt(1/2), and f = m - 1 is exact. Near x = 1 the leading term must be
exact for the relative error to stay small, so that the core is f + f^2 P(f), or f + f Q(f) for base 2.

log1p needs no division to scale (N. Juffa): with 1 + x = 2^k m, rounded, f = 2^-k x - (1 - 2^-k) is exact for
low = 3/4, but for an input or two. It adds -k times -log(2), so that -0 + -0 stays -0.
"""

from __future__ import annotations

import math
from functools import partial
from random import Random

import numpy as np

from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.polynomial_form import FORMS, write_polynomial
from search_spaces.float32_functions.schemes.scheme import Scheme

_LOWS = (2 / 3, 0.675, 0.6875, math.sqrt(0.5))
_LEADING = (0, 0, 1, 2, 3)
_DEGREES = range(6, 11)
_QUOTIENT_TERMS = range(2, 5)


def _pattern(b: Builder, value: float) -> int:
    return int(np.array(value, b.format.dtype).view(b.format.int_dtype))


def _exponent_mask(b: Builder) -> int:
    mask: int = -(2**b.format.fraction_bits)
    return mask


def _unit(b: Builder) -> float:
    """Returns what turns the bits of an exponent, as an integer, into the exponent."""
    return float(2.0**-b.format.fraction_bits)


def _reduced(b: Builder, low: float) -> tuple[Value, Value, Value]:
    """Returns the bits above those of low, the bits of the exponent among them, and m."""
    pattern = b("bits", b.x)
    above = pattern - _pattern(b, low)
    exponent = b("int_and", above, _exponent_mask(b))
    return above, exponent, b("number", pattern - exponent)


def _series(b: Builder, base_2: bool, f: Value, rng: Random) -> Value:
    """Returns the logarithm of 1 + f; coefficients start from the Taylor series."""
    scale = 1 / math.log(2) if base_2 else 1.0
    tail = [b.free(scale * (-1) ** (k + 1) / (k + 2)) for k in range(rng.choice(_DEGREES))]
    if base_2:
        return b("fma", f, _polynomial(b, f, [b.free(scale - 1), *tail], rng), f)
    return b("fma", _polynomial(b, f, tail, rng), f * f, f)


def _polynomial(b: Builder, f: Value, coefficients: list[Value], rng: Random) -> Value:
    """Returns a polynomial whose first powers are in Horner's form, which rounds least, the others in any.

    The roundings of the others shrink with the powers of f, and other forms run more of them at once.
    """
    num_leading = rng.choice(_LEADING)
    value = write_polynomial(b, f, coefficients[num_leading:], rng.choice(FORMS))
    for coefficient in reversed(coefficients[:num_leading]):
        value = b("fma", value, f, coefficient)
    return value


def _quotient(b: Builder, base_2: bool, m: Value, num_terms: int, form: str) -> Value:
    """Returns the logarithm of m from s = (m - 1) / (m + 1): 2 s + 2/3 s^3 + ... with the leading term f exact."""
    scale = 1 / math.log(2) if base_2 else 1.0
    f = m - 1.0
    s = f / (m + 1.0)
    z = s * s
    p = write_polynomial(b, z, [b.free(2 * scale / (2 * k + 3)) for k in range(num_terms)], form)
    start = b.free(2 * scale - 2) - f if base_2 else -f
    return b("fma", s, b("fma", z, p, start), f)


def _with_exponent(b: Builder, base_2: bool, above: Value, exponent: Value, value: Value, rng: Random) -> Value:
    if base_2 and rng.random() < 0.5:
        return b("to_float", b("shift_right", above, b.format.fraction_bits)) + value
    return b("fma", b("to_float", exponent), _unit(b) * (1.0 if base_2 else math.log(2)), value)


def _by_extremes(b: Builder, argument: Value, value: Value) -> Value:
    """Puts the ends in with max and min, which cost less than comparisons.

    max keeps NaN, and brings in infinity, whose difference from the largest number is above any logarithm. The sign and
    the exponent of -0, shifted, are minus infinity; those of any other negative number, NaN.
    """
    value = b("max", value, b.x - b.format.largest)
    shift = b.format.exponent_bits
    below = b("number", b("shift_right", b("bits", b("min", argument, -0.0)), shift))
    return b("select", b("less_equal", argument, 0.0), below, value)


def _by_choices(b: Builder, argument: Value, value: Value) -> Value:
    """Puts the ends in one by one."""
    value = b("select", b("less", b.x, math.inf), value, b.x)
    value = b("select", b("equal", argument, 0.0), -math.inf, value)
    return b("select", b("less", argument, 0.0), math.nan, value)


def _by_pattern(b: Builder, argument: Value, value: Value) -> Value:
    """Tells positive normal numbers by comparing integers; infinity x + infinity is right elsewhere, but for 0."""
    smallest = _pattern(b, b.format.smallest_normal)
    shifted = b("bits", argument) - smallest + (-(2 ** (b.format.bits - 1)))
    inside = shifted < (-smallest - 2 ** (b.format.bits - 1) + _pattern(b, math.inf))
    outside = b("select", b("equal", argument, 0.0), -math.inf, b("fma", argument, math.inf, math.inf))
    return b("select", inside, value, outside)


_ENDS = (_by_extremes, _by_extremes, _by_choices, _by_pattern)


def _draw(b: Builder, rng: Random, *, base_2: bool, quotient: bool) -> Value:
    # For base 2, a logarithm below -1/2 would be rounded by more than the last place of its sum with the exponent.
    low = _LOWS[-1] if base_2 else rng.choice(_LOWS)
    above, exponent, m = _reduced(b, low)
    if quotient:
        value = _quotient(b, base_2, m, rng.choice(_QUOTIENT_TERMS), rng.choice(FORMS))
    else:
        value = _series(b, base_2, m - 1.0, rng)
    value = _with_exponent(b, base_2, above, exponent, value, rng)
    return rng.choice(_ENDS)(b, b.x, value)


def _draw_plus_one(b: Builder, rng: Random) -> Value:
    argument = b.x + 1.0
    one = _pattern(b, 1.0)
    largest_fraction = 2**b.format.fraction_bits - 1
    # The number after 3/4: a sum rounded to 3/2, whose x / 2 - 1/2 need not be exact, is then not halved.
    low = _pattern(b, 0.75) + 1
    negated = b("int_sub", low + largest_fraction, b("bits", argument))
    exponent = b("int_and", negated, _exponent_mask(b))
    scaled = b("number", b("bits", b.x) + exponent)
    # Four times the power of two: by itself it may be subnormal.
    power = b("number", exponent + (one + 2 * 2**b.format.fraction_bits))
    f = scaled - b("fma", power, -0.25, 1.0)
    value = _series(b, False, f, rng)
    value = b("fma", b("to_float", exponent), -math.log(2) * _unit(b), value)
    return rng.choice(_ENDS[:-1])(b, argument, value)


ROWS = (
    Scheme("logarithm", "exponent and f + f Q(f)", ("log2",), partial(_draw, base_2=True, quotient=False)),
    Scheme("logarithm", "exponent and f + f^2 P(f)", ("log",), partial(_draw, base_2=False, quotient=False)),
    Scheme(
        "logarithm_quotient",
        "exponent and a series in f / (2 + f)",
        ("log2",),
        partial(_draw, base_2=True, quotient=True),
    ),
    Scheme(
        "logarithm_quotient",
        "exponent and a series in f / (2 + f)",
        ("log",),
        partial(_draw, base_2=False, quotient=True),
    ),
    Scheme("logarithm", "exponent of 1 + x and f + f^2 P(f)", ("log1p",), _draw_plus_one),
)
"""The schemes of this file."""
