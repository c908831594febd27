"""A scheme for gelu, x Phi(x), through Mills' ratio: what is rounded more than once is a small part of the result.

With g(a) = a Phi(-a) = a exp(-a^2 / 2) R(a), gelu(x) is -g(-x) where x is below 0.386, and x - g(x) beyond, where the
rounding of g counts half at most. R is Mills' ratio over the square root of 2 pi.

With r = n log(2) - a^2 / 2, g = 2^-n a exp(r) R. Where a is small, 2 R = (1 + m) / (a + c), and m is near 0. Beyond,
2 a R, which goes from 0.68 to 0.80, is (1 + m) times a constant. Both m are one polynomial, of a / (a + 4) or of a
constant over a + 3/4, with coefficients selected. That constant is such that the variable is just below 1/4 at its
largest, where its rounding counts most.

2 exp(r) (1 + m) is h + C, where h, 2 r and a constant, is all that is large: so a h / (a + c) is rounded once, with C
times the quotient, if what the quotient of h and a + c lacks, exact by fused operations, is added to C. The constant in
h is such that C is small; a little more, and what is subtracted for it would be rounded to fewer places.
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
"""From here on x - g is 1/4 and more, and g, at most 0.17, in a lower binade: its own rounding counts half at most."""

_POLE = 4.0
"""What is added to a small a in the denominator of the variable."""

_MIDDLE = 0.125
"""Of the variable; what is left of it below 0 is below 1/4."""

_LARGEST = 0.249
"""Of the variable beyond small a."""

_LEVEL = 0.72
"""What stands for 2 a R there."""


@dataclass(frozen=True, slots=True)
class _Ratio:
    """How Mills' ratio is written.

    Attributes:
        limit: where small a end.
        shift: c, with so few bits that a + c less c is exact.
        pole: what is added to a in the denominator of the variable beyond the limit.
        num_terms: of the polynomial.
        num_shared: of its last coefficients, how many are the same on both sides.
    """

    limit: float
    shift: float
    pole: float
    num_terms: int
    num_shared: int

    @property
    def numerator(self) -> float:
        """Of the variable beyond the limit."""
        return _LARGEST * (self.limit + self.pole)

    def small(self, t: float) -> float:
        """Returns m for small a, where t is a / (a + 4)."""
        a = _POLE * t / (1 - t)
        return _scaled_tail(a) * (a + self.shift) - 1

    def large(self, t: float) -> float:
        """Returns m beyond, where t is the numerator over a and the pole."""
        a = self.numerator / t - self.pole
        return _scaled_tail(a) * a / _LEVEL - 1


def _scaled_tail(a: float) -> float:
    return math.erfc(a / math.sqrt(2)) * math.exp(a * a / 2)


def _draw_gelu(b: Builder, rng: Random) -> Value:
    num_terms, num_shared = rng.choice(((9, 0), (9, 0), (9, 0), (9, 1), (10, 2)))
    ratio = _Ratio(
        limit=rng.choice((2.1, 2.1, 2.25)),
        shift=rng.choice((142, 144, 144, 146)) / 128,
        pole=rng.choice((0.75, 0.75, 1.0)),
        num_terms=num_terms,
        num_shared=num_shared,
    )
    degree, middle = rng.choice((6, 7, 7)), 2 + rng.choice((15, 16, 16)) / 128
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
    # As x^2 less a^2: compilers would take a product off itself.
    exact, excess = _remainder(b, nearest, square, b("fma", -b.x, b.x, square))
    h = b("round_shift", exact, 1.0, middle)
    inverse, quotient, lacking = _quotient(b, h, b("select", small, a, 1 - ratio.shift), ratio.shift)
    m = _correction(b, a, small, ratio, end)
    grown = _series(b, exact + excess, excess, degree) + (b("sub", 2.0, h) + exact)
    factor = b("select", small, a, _LEVEL) * nearest.power
    value = b("fma", factor, quotient, factor * inverse * b("fma", m, h + grown, grown + lacking))
    result = b("fma", value, 2.0 ** -(scale + 2), rest)
    return b("select", b("less", b.format.nearest(end * end), square), rest, result)


def _quotient(b: Builder, h: Value, a: Value, shift: float) -> tuple[Value, Value, Value]:
    """Returns 1 / (a + c), the product of that and h, and what h is more than the product times a + c."""
    denominator = b("round_shift", a, 1.0, shift)
    inverse = b("div", 1.0, denominator)
    quotient = h * inverse
    lost = a - (denominator - shift)
    return inverse, quotient, b("fma", quotient, -lost, b("fma", -quotient, denominator, h))


def _remainder(b: Builder, nearest: Octave, square: Value, lacking: Value) -> tuple[Value, Value]:
    """Returns 2 r in two parts, the first of which is exact."""
    high, low = log_2(b.format, 2.0)
    exact = b("fma", nearest.number, -high, -square)
    return exact, b("fma", nearest.number, -low, lacking)


def _series(b: Builder, t: Value, excess: Value, degree: int) -> Value:
    """Returns 2 exp(t / 2) - 2 - t, and the excess of t over its exact part."""
    coefficients = [b.free(2 * 0.5**k / math.factorial(k)) for k in range(2, degree + 1)]
    return b("fma", t * t, _in_blocks(b, t, coefficients, 2), excess)


def _correction(b: Builder, a: Value, small: Value, ratio: _Ratio, end: float) -> Value:
    """Returns m, a polynomial whose coefficients are selected, but for the last ones."""
    lowest, highest = (t / (t + _POLE) for t in (-_SPLIT, ratio.limit))
    starts = zip(
        _started(ratio.small, lowest, highest, ratio.num_terms),
        _started(ratio.large, ratio.numerator / (end + ratio.pole), _LARGEST, ratio.num_terms),
        strict=True,
    )
    apart = ratio.num_terms - ratio.num_shared
    first, *others = [
        b("select", small, b.free(one), b.free(other)) if k < apart else b.free(one)
        for k, (one, other) in enumerate(starts)
    ]
    t = b("select", small, a, ratio.numerator) / (a + b("select", small, _POLE, ratio.pole)) - _MIDDLE
    return b("fma", t, _in_blocks(b, t, others, 4), first)


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


def _started(m: Callable[[float], float], lowest: float, highest: float, num_terms: int) -> list[float]:
    """Returns coefficients of m in powers of t less its middle, from which the fit starts."""
    centre, radius = (highest + lowest) / 2, (highest - lowest) / 2
    t = centre + radius * np.cos(np.linspace(math.pi, 0, 300))
    values = np.array([m(one) for one in t.tolist()])
    fitted = np.polynomial.Chebyshev.fit(t - _MIDDLE, values, num_terms - 1)
    return [float(c) for c in fitted.convert(kind=np.polynomial.Polynomial).coef]


def _end(fmt: FloatFormat) -> float:
    """Returns an a for which a Phi(-a) is below normal numbers, but not by much."""
    a = 2.0
    while a / 2 * math.erfc(a / math.sqrt(2)) > fmt.smallest_normal:
        a += 1 / 32
    return fmt.nearest(a)


ROWS = (Scheme("mills_ratio", "Mills' ratio beside an exponential", ("gelu",), _draw_gelu),)
"""The schemes of this file."""
