"""Schemes for tanh: small arguments by a series of their own, others through the exponential.

``quotient`` is m - m N / D in both cases, so that only a small part of the result is rounded more than once, and one
division does for both. With H(z) = z x / (x - tanh x) at z = x^2, nearly linear, tanh x = x - x z / H. Beyond, m is 1:
with a = n log(2) / 2 + r, K = H(r^2) - r^2 and s = 2^n, tanh a = 1 - 2 (H - r K) / ((s + 1) H + (s - 1) r K). For small
arguments n is 0 and r is x, so that one H serves both.
"""

from __future__ import annotations

from random import Random

from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.polynomial_form import write_polynomial
from search_spaces.float32_functions.schemes.octaves import (
    LOG2_E,
    draw_form,
    exponential_series,
    log_2,
    octave,
    with_sign,
)
from search_spaces.float32_functions.schemes.scheme import Scheme

_H_SERIES = (3.0, 6 / 5, -1 / 175, 2 / 7875, -37 / 3031875)
_ODD_SERIES = (-1 / 3, 2 / 15, -17 / 315, 62 / 2835, -1382 / 155925, 21844 / 6081075, -929569 / 638512875)
_QUOTIENT_LIMITS = (0.95, 0.97, 0.98, 0.99, 1.0, 1.02)
_BRANCH_LIMITS = (0.55, 0.625, 0.7, 0.8)
_PER_BIT = 0.375
"""1 - tanh x is below the last place once x is above so much for each bit of the fraction."""


def _clamped(b: Builder) -> Value:
    """Returns the magnitude of x, no larger than where tanh is 1."""
    return b("min", b.format.nearest((b.format.fraction_bits + 2) * _PER_BIT), b("abs", b.x))


def _draw_quotient(b: Builder, rng: Random) -> Value:
    limit = rng.choice(_QUOTIENT_LIMITS)
    num_terms, form = rng.choice((3, 4, 4, 4, 5)), draw_form(rng)
    a = _clamped(b)
    small = a < limit
    argument = b("select", small, 0.0, a)
    nearest = octave(b, argument, 2 * LOG2_E, bias=b.format.bias - 1)
    high, _ = log_2(b.format, 0.5)
    r = b("fma", nearest.number, -high, a)
    z = r * r
    series = write_polynomial(b, z, [b.free(c) for c in _H_SERIES[:num_terms]], form)
    product = r * (series - z)
    half = nearest.power
    denominator = b("fma", half + 0.5, series, (half - 0.5) * product)
    numerator = b("select", small, z, series - product)
    whole = b("select", small, a, 1.0)
    return with_sign(b, b("fma", -whole, numerator / denominator, whole))


def _draw_branches(b: Builder, rng: Random) -> Value:
    limit = rng.choice(_BRANCH_LIMITS)
    num_terms, degree, form = rng.choice((4, 5, 6, 7)), rng.choice((5, 6, 6)), draw_form(rng)
    a = _clamped(b)
    z = a * a
    odd = write_polynomial(b, z, [b.free(c) for c in _ODD_SERIES[:num_terms]], form)
    small = b("fma", a * z, odd, a)
    nearest = octave(b, a, 2 * LOG2_E, bias=b.format.bias)
    high, _ = log_2(b.format, 0.5)
    r = b("fma", nearest.number, -high, a)
    q = exponential_series(b, r, range(1, degree + 1), form, base=2.0)
    power = nearest.power
    # exp(2 a) + 1; what 2 is taken from is exact, and its quotient is rounded but once.
    denominator = b("fma", power * r, q, power + 1.0)
    large = (denominator - 2.0) / denominator
    return with_sign(b, b("select", a < limit, small, large))


ROWS = (
    Scheme("hyperbolic", "a quotient taken from x or from 1", ("tanh",), _draw_quotient),
    Scheme("hyperbolic_branches", "an odd polynomial, or a quotient of exponentials", ("tanh",), _draw_branches),
)
"""The schemes of this file."""
