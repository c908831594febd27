"""Schemes for sigmoid and gelu, exact to the last place where they are small, which takes corrected quotients.

sigmoid: w = 1 / (1 + exp(a)) for a = |x|, and 1 - w for positive x. The denominator D is rounded, by d, and so is the
quotient y; y + y (1 - D y - d y) has neither error.

gelu: x Phi(x) = max(x, 0) - g(a), where g(a) = a Phi(-a) = a w exp(-(a^2 / 2 + L(w))) and w = c / (a + k). L is small
and smooth: log of Mills' ratio over w. What w and the square lack is added to the exponent.
"""

from __future__ import annotations

import math
from random import Random

import numpy as np

from primitives.float_format import FloatFormat
from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.polynomial_form import write_polynomial
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

_DEGREES = (5, 6, 6, 6)


def _reduced(b: Builder, a: Value, middle: float) -> tuple[Octave, Value]:
    argument = a - middle * math.log(2) if middle else a
    nearest = octave(b, argument, LOG2_E, bias=b.format.bias)
    return nearest, remainder(b, a, nearest.number)


def _draw_sigmoid(b: Builder, rng: Random) -> Value:
    degree, form = rng.choice(_DEGREES), draw_form(rng)
    # One octave above the least normal number, where the denominator is finite and its inverse is not flushed yet.
    a = b("min", (b.format.bias - 0.05) * math.log(2), b("abs", b.x))
    nearest, r = _reduced(b, a, rng.choice((MIDDLE, MIDDLE, 0.0)))
    q = exponential_series(b, r, range(1, degree + 1), form)
    w = rng.choice((_inverse_of_sum, _inverse_of_sum, _inverse_of_parts))(b, nearest.power, r, q)
    return b("select", b.x < 0.0, w, b("sub", 1.0, w))


def _inverse_of_sum(b: Builder, s: Value, r: Value, q: Value) -> Value:
    """Returns 1 / (1 + s + s r q); what the denominator lacks is taken into account."""
    scaled = s * r
    # Compilers would simplify the difference of what is rounded without these steps.
    denominator = b("round_shift", scaled, q, s + 1.0)
    lacking = b("fma", scaled, q, s - denominator + 1.0)
    return _corrected(b, denominator, lacking)


def _inverse_of_parts(b: Builder, s: Value, r: Value, q: Value) -> Value:
    """Returns the same from s + 1, exact but for large s, and the rest."""
    first = b("round_shift", s, 1.0, 1.0)
    rest = b("fma", s * r, q, b("sub", 1.0, first - s))
    return _corrected(b, first, rest, first + rest)


def _corrected(b: Builder, first: Value, rest: Value, total: Value | None = None) -> Value:
    inverse = b("div", 1.0, first if total is None else total)
    negated = -inverse
    error = b("fma", rest, negated, b("fma", first, negated, 1.0))
    return b("fma", error, inverse, inverse)


def _draw_gelu(b: Builder, rng: Random) -> Value:
    shift = rng.choice((1.25, 1.5, 1.5, 2.0))
    num_terms, degree, form = rng.choice((9, 10, 11, 12, 13, 14)), rng.choice(_DEGREES[1:]), draw_form(rng)
    end = _least(b.format)
    # Twice w is 1 / (1 + a / shift): at 0 nothing is left to the exponent.
    scale = shift / 2
    a = b("min", end, b("abs", b.x))
    half_square = a * 0.5 * a
    square = half_square + half_square
    # As a product of other factors: compilers would take a shared one off itself.
    lost = b("fma", a, a, -square)
    w, error = _weight(b, a, shift, scale)
    # Twice the exponent, negated, so that the square need not be halved.
    series = _log_mills(b, w, scale, shift, end, num_terms)
    nearest = octave(b, square + series, -LOG2_E / 2, bias=b.format.bias)
    high, low = log_2(b.format, 2.0)
    rest = b("fma", error, -2 / scale, b("fma", nearest.number, low, lost))
    exponent = b("fma", nearest.number, high, square) + (series + rest)
    growth = exponent * exponential_series(b, exponent, range(1, degree + 1), form, base=-0.5)
    if rng.random() < 0.7:
        product = b("round_shift", w, growth, w)
        # The same product of other factors, as for the square.
        lacking = b("fma", w + w, growth * 0.5, w - product)
        value = b("fma", a, product, a * lacking)
    else:
        value = a * b("fma", w, growth, w)
    # Below twice the least normal number the halves of both are flushed, not one of them alone.
    positive = b("max", b.x * 0.5, 0.0)
    return with_sign(b, b("fma", positive, 2.0, -(value * nearest.power)))


def _weight(b: Builder, a: Value, shift: float, scale: float) -> tuple[Value, Value]:
    """Returns scale / (a + shift), and scale minus the product of the two: its error in units of 1 / scale."""
    total = b("round_shift", a, 1.0, shift)
    weight = b("div", scale, total)
    negated = -weight
    return weight, b("fma", negated, a - (total - shift), b("fma", negated, total, scale))


def _least(fmt: FloatFormat) -> float:
    """Returns an a for which a Phi(-a) is below normal numbers, but not by much."""
    a = 2.0
    while a / 2 * math.erfc(a / math.sqrt(2)) > fmt.smallest_normal:
        a += 1 / 32
    return fmt.nearest(a)


def _log_mills(b: Builder, w: Value, scale: float, shift: float, end: float, num_terms: int) -> Value:
    """Returns a polynomial near -2 (log(Phi(-a) / w) + a^2 / 2), from which the fit starts.

    It is one of a variable between -1 and 1: in powers of w itself, large coefficients would cancel.
    """
    lowest, highest = scale / (end + shift), scale / shift
    middle, half = (highest + lowest) / 2, (highest - lowest) / 2
    t = np.linspace(-1, 1, 400)
    a = scale / (middle + half * t) - shift
    tails = np.array([math.erfc(one / math.sqrt(2)) for one in a]) / 2
    values = -2 * np.log(tails / (middle + half * t)) - a * a
    fitted = np.polynomial.Chebyshev.fit(t, values, num_terms - 1, domain=[-1, 1])
    start = fitted.convert(kind=np.polynomial.Polynomial).coef
    return write_polynomial(b, b("fma", w, 1 / half, -middle / half), [b.free(float(c)) for c in start])


ROWS = (
    Scheme("sigmoid", "the inverse of 1 + exp(|x|), corrected", ("sigmoid",), _draw_sigmoid),
    Scheme("gelu", "Mills' ratio in the exponent", ("gelu",), _draw_gelu),
)
"""The schemes of this file."""
