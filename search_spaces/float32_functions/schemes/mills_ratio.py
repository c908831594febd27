"""A scheme for gelu, x Phi(x), through Mills' ratio: what is rounded more than once is a small part of the result.

With g(a) = a Phi(-a) = a exp(-a^2 / 2) R(a), gelu(x) is -g(-x) where x is below 0.386, and x - g(x) beyond, where g is
below half of x - g and its own rounding counts half. R is Mills' ratio over the square root of 2 pi.

With r = n log(2) - a^2 / 2, g = 2^-n a exp(r) R. Where a is small, 2 R = (1 + m) / (a + c), and m is near 0. Beyond, a
itself is a constant in that quotient, and 1 + m the rest: a R goes from 0.35 to 0.40. Both m are one polynomial, of
a / (a + 4) or of a constant over a + 1, with coefficients selected.

2 exp(r) (1 + m) is h + C, where h, 2 r and a constant, is all that is large: so a h / (a + c) is rounded once, with C
times the quotient, if what the quotient of h and a + c lacks, exact by fused operations, is added to C. The constant in
h is such that C is on both sides of 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from primitives.float_format import FloatFormat
from search_spaces.float32_functions.builder import Builder, Operand, Value
from search_spaces.float32_functions.polynomial_form import write_polynomial
from search_spaces.float32_functions.schemes.octaves import LOG2_E, Octave, log_2, octave
from search_spaces.float32_functions.schemes.scheme import Scheme

_SPLIT = 0.386
"""From here on g has fewer places than x - g where it is not far below it: x - g is 1/4, g hardly more than 1/8."""

_POLES = 4.0, 1.0
"""What is added to a in the denominators of the variable, where a is small and beyond."""

_MIDDLE = 0.125
"""Of the variable; what is left of it below 0 is below 1/4."""


@dataclass(frozen=True, slots=True)
class _Ratio:
    """How Mills' ratio is written.

    Attributes:
        limit: where small a end.
        shift: c, with so few bits that a + c less c is exact.
        beyond: the constant that stands for a beyond the limit.
        num_terms: of the polynomial.
        num_shared: of its last coefficients, how many are the same on both sides.
        head: how many terms are added last, in Horner's order, each of which is then rounded but once.
    """

    limit: float
    shift: float
    beyond: float
    num_terms: int
    num_shared: int
    head: int

    def small(self, t: float) -> float:
        """Returns m for small a, where t is a / (a + 4)."""
        a = _POLES[0] * t / (1 - t)
        return _scaled_tail(a) * (a + self.shift) - 1

    def large(self, t: float) -> float:
        """Returns m beyond, where t is the constant over a + 1."""
        a = self.beyond / t - _POLES[1]
        return _scaled_tail(a) * a * (self.beyond + self.shift) / self.beyond - 1


def _scaled_tail(a: float) -> float:
    return math.erfc(a / math.sqrt(2)) * math.exp(a * a / 2)


def _draw_gelu(b: Builder, rng: Random) -> Value:
    num_terms, num_shared = rng.choice(((9, 0), (9, 0), (9, 1), (10, 2), (10, 3)))
    ratio = _Ratio(
        limit=rng.choice((2.25, 2.4, 2.5)),
        shift=rng.choice((36, 36, 37)) / 32,
        beyond=rng.choice((2.75, 3.0, 3.25)),
        num_terms=num_terms,
        num_shared=num_shared,
        head=rng.choice((1, 1, 2)),
    )
    degree, middle = rng.choice((6, 6, 7)), 2 + rng.choice((5, 5, 6)) / 32
    fmt, end = b.format, _end(b.format)
    # A part of a result that is hardly normal would be flushed: until the last operation, all is so much larger.
    scale = min(fmt.fraction_bits + 3, fmt.bias // 2)
    below = b("less", b.x, _SPLIT)
    a = b("select", below, -b.x, b.x)
    # The negative zero leaves a zero its sign.
    rest = b("select", below, -0.0, b.x)
    small = a < ratio.limit
    square = a * a
    # The bit of the sign too: minus the power of two.
    nearest = octave(b, square, -LOG2_E / 2, bias=fmt.bias + scale + 2**fmt.exponent_bits)
    near = b("select", small, a, ratio.beyond)
    inverse, lost = _inverse(b, near, ratio.shift)
    m = _correction(b, a, near, small, ratio, end)
    # As x^2 less a^2: compilers would take a product off itself.
    exact, excess = _remainder(b, nearest, square, b("fma", -b.x, b.x, square))
    h = b("round_shift", exact, 1.0, middle)
    quotient = h * inverse[0]
    lacking = b("fma", quotient, -lost, b("fma", -quotient, inverse[1], h))
    grown = _series(b, exact, excess, lacking, degree) + (b("sub", 2.0, h) + exact)
    power = near * nearest.power
    value = b("fma", power, quotient, power * inverse[0] * b("fma", m, h + grown, grown))
    result = b("fma", value, 2.0 ** -(scale + 2), rest)
    return b("select", b("less", b.format.nearest(end * end), square), rest, result)


def _inverse(b: Builder, near: Value, shift: float) -> tuple[tuple[Value, Value], Value]:
    """Returns 1 / (a + c), its denominator as rounded, and what that lacks."""
    denominator = b("round_shift", near, 1.0, shift)
    return (b("div", 1.0, denominator), denominator), near - (denominator - shift)


def _remainder(b: Builder, nearest: Octave, square: Value, lacking: Value) -> tuple[Value, Value]:
    """Returns 2 r in two parts, the first of which is exact."""
    high, low = log_2(b.format, 2.0)
    exact = b("fma", nearest.number, -high, -square)
    return exact, b("fma", nearest.number, -low, lacking)


def _series(b: Builder, exact: Value, excess: Value, lacking: Value, degree: int) -> Value:
    """Returns 2 exp(r) - 2 - the exact part of 2 r, and what else is as small."""
    t = exact + excess
    coefficients = [b.free(2 * 0.5**k / math.factorial(k)) for k in range(2, degree + 1)]
    return b("fma", t * t, _in_blocks(b, t, coefficients, 2), excess + lacking)


def _correction(b: Builder, a: Value, near: Value, small: Value, ratio: _Ratio, end: float) -> Value:
    """Returns m, a polynomial of which all coefficients but the last are selected."""
    lowest, highest = (t / (t + _POLES[0]) for t in (-_SPLIT, ratio.limit))
    furthest, nearest = (ratio.beyond / (t + _POLES[1]) for t in (end, ratio.limit))
    starts = zip(
        _started(ratio.small, lowest, highest, ratio), _started(ratio.large, furthest, nearest, ratio), strict=True
    )
    apart = ratio.num_terms - ratio.num_shared
    coefficients = [
        b("select", small, b.free(one), b.free(other)) if k < apart else b.free(one)
        for k, (one, other) in enumerate(starts)
    ]
    t = near / (a + b("select", small, *_POLES)) - _MIDDLE
    value = _in_blocks(b, t, coefficients[ratio.head :], 4)
    for coefficient in reversed(coefficients[: ratio.head]):
        value = b("fma", t, value, coefficient)
    return value


def _in_blocks(b: Builder, t: Value, coefficients: Sequence[Operand], size: int) -> Value:
    """Returns a polynomial in Horner's form whose terms are polynomials of ``size`` terms, in Estrin's.

    Its chain is as short as that of Estrin's form for a few blocks, and it takes fewer powers.
    """
    power = t
    for _ in range(size.bit_length() - 1):
        power = power * power
    *blocks, value = [
        write_polynomial(b, t, coefficients[start : start + size], "estrin")
        for start in range(0, len(coefficients), size)
    ]
    for block in reversed(blocks):
        value = b("fma", value, power, block)
    return value


def _started(m: Callable[[float], float], lowest: float, highest: float, ratio: _Ratio) -> list[float]:
    """Returns coefficients of m in powers of t less its middle, from which the fit starts."""
    centre, radius = (highest + lowest) / 2, (highest - lowest) / 2
    t = centre + radius * np.cos(np.linspace(math.pi, 0, 300))
    values = np.array([m(one) for one in t.tolist()])
    fitted = np.polynomial.Chebyshev.fit(t - _MIDDLE, values, ratio.num_terms - 1)
    return [float(c) for c in fitted.convert(kind=np.polynomial.Polynomial).coef]


def _end(fmt: FloatFormat) -> float:
    """Returns an a for which a Phi(-a) is below normal numbers, but not by much."""
    a = 2.0
    while a / 2 * math.erfc(a / math.sqrt(2)) > fmt.smallest_normal:
        a += 1 / 32
    return fmt.nearest(a)


ROWS = (Scheme("mills_ratio", "Mills' ratio beside an exponential", ("gelu",), _draw_gelu),)
"""The schemes of this file."""
