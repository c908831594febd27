"""Schemes for sigmoid and gelu, exact to the last place where they are small, which takes corrected quotients.

sigmoid: w = 1 / (1 + exp(-x)), for either sign. The denominator D is rounded, by d, and so is the quotient w;
w + w (1 - D w - d w) has neither error. With exp(-x) = s (1 - f), s a power of two, D is 1 + s - s f: s f is exact, and
so is d, since s and 1 are taken off D one after the other, whichever of them is so small that D hardly shows it.

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
    draw_form,
    exponential_series,
    log_2,
    octave,
    with_sign,
)
from search_spaces.float32_functions.schemes.scheme import Scheme

_DEGREES = (5, 6, 6, 6)


def _draw_sigmoid(b: Builder, rng: Random) -> Value:
    fmt = b.format
    # As far as s is a normal number and the denominator finite; the inverse is 1, and flushed to 0, at the ends.
    x = b("min", (fmt.bias - 1) * math.log(2), b("max", -(fmt.bias - 0.05) * math.log(2), b.x))
    middle = rng.choice((MIDDLE, 0.0, 0.0)) * math.log(2)
    nearest = octave(b, x + middle if middle else x, -LOG2_E, bias=fmt.bias)
    high, low = log_2(fmt)
    r = b("fma", nearest.number, low, b("fma", nearest.number, high, x))
    return _inverse_of_sum(b, nearest.power, b("fma", r * r, _fall(b, r, rng), r))


def _fall(b: Builder, r: Value, rng: Random) -> Value:
    """Returns a polynomial near (1 - exp(-r) - r) / r^2."""
    degree, in_pairs, form = rng.choice(_DEGREES), rng.random() < 0.5, draw_form(rng)
    free = [b.free(-((-1.0) ** k) / math.factorial(k)) for k in range(2, degree + 1)]
    if not in_pairs:
        return write_polynomial(b, r, free, form)
    # A shorter chain than in Horner's form, and no more operations, as r^2 is there.
    return write_polynomial(b, r * r, [write_polynomial(b, r, free[k : k + 2]) for k in range(0, len(free), 2)])


def _inverse_of_sum(b: Builder, s: Value, fall: Value) -> Value:
    """Returns 1 / (1 + s - s fall); what the denominator lacks is taken into account."""
    scaled = s * fall
    # Negative, which saves negations. Written as an addition, XLA would make three loops of the program, not one.
    denominator = b("round_shift", scaled, 1.0, b("sub", -1.0, s))
    lacking = scaled - (s + denominator + 1.0)
    inverse = b("div", -1.0, denominator)
    error = b("fma", lacking, inverse, b("fma", denominator, inverse, 1.0))
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
    Scheme("sigmoid", "the inverse of 1 + exp(-x), corrected", ("sigmoid",), _draw_sigmoid),
    Scheme("gelu", "Mills' ratio in the exponent", ("gelu",), _draw_gelu),
)
"""The schemes of this file."""
