"""A scheme for gelu, x Phi(x), through Mills' ratio: what is rounded more than once is a small part of the result.

gelu(x) = max(x, 0) - g(a) with a = |x| and g(a) = a Phi(-a) = V exp(-H) (1 + m). For small a, V = a / 2,
H = a^2 / 2 + l a, and m is what is left; beyond, V is a constant, H = a^2 / 2, and 1 + m Mills' ratio times a over V.
Both m are small, and one polynomial with coefficients selected, of a or of k / a.

With r = n log(2) - H, exp(-H) is 2^-n (1 + r + r^2 q(r)), so that g = V 2^-n (1 + P) is rounded once, and P, 1/2 or so
at most, once more. Half a place of P is most of a place of g where P is below -1/4 or above 1/2, above all where g is
just below a power of two. The limit of small a, V, l, and what is added before rounding to n are such that P is there
in few places, and that k / a, whose rounding counts most next to the limit, is just below 2 there.

Where x is small and positive, n is 0: x - V 2^-n is x / 2, exactly, and takes the place of V 2^-n.
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
from search_spaces.float32_functions.schemes.octaves import LOG2_E, Octave, log_2, octave, with_sign
from search_spaces.float32_functions.schemes.scheme import Scheme

_NEAR = 0.42
"""Below it, a positive x has its n made 0; above, g is below x Phi(x) / 2, so that its last rounding counts half."""

_OCTAVE_END = 0.2501
"""The least H of a negative x whose n is not 0: below 1/4, log(2) n - H would not be exact."""

_NEAR_SHIFT = 0.375
"""Times a positive x below _NEAR, it is taken off the number that is rounded to n."""

_LIMIT = 2.203
"""Where small a end: g is 2^-5 a little before, where the error of k / a would count most."""

_FACTOR = 4.4
"""The number k, nearly the limit times 2."""

_CHANGE = 1.98742788592989637
"""Where Phi(-a) is 3/4 of 2^-5: if n changes there, 1 + P goes from 3/4 to 3/2."""

_CHANGED = 5
"""What n changes to."""

_SCALE = 4.0
"""Values are so much larger until the last operation: a part of a result that is hardly normal would be flushed."""

_LOSS = 1 + 5 / 256
"""With it, exp(r) is near 1 + r (_LOSS + r / 2), so near that what r lacks may be multiplied by that."""


@dataclass(frozen=True, slots=True)
class _Ratio:
    """How exp(a^2 / 2) a Phi(-a) is written.

    Attributes:
        slope: l in H, with so few bits that l taken off a sum is exact.
        level: the constant V.
        middle: of the variable, about which the polynomial is written.
        num_terms: of the polynomial.
        head: how many terms are added last, in Horner's order, each of which is then rounded but once.
    """

    slope: float
    level: float
    middle: float
    num_terms: int
    head: int

    @property
    def shift(self) -> float:
        """What is taken off -H beyond the first octaves before it is rounded to n."""
        return (_CHANGED - 0.5) * math.log(2) - _CHANGE * (_CHANGE / 2 + self.slope)

    def small(self, a: float) -> float:
        """Returns m for small a."""
        return _scaled_tail(a) * math.exp(self.slope * a) - 1

    def large(self, t: float) -> float:
        """Returns m beyond, where a is k / t."""
        a = _FACTOR / t
        return _scaled_tail(a) * a / 2 / self.level - 1


def _scaled_tail(a: float) -> float:
    return math.erfc(a / math.sqrt(2)) * math.exp(a * a / 2)


def _draw_gelu(b: Builder, rng: Random) -> Value:
    ratio = _Ratio(
        slope=rng.choice((145, 146, 147, 147)) / 256,
        level=rng.choice((0.38, 0.392, 0.392)),
        middle=rng.choice((1.2, 1.3, 1.3, 1.4)),
        num_terms=11,
        head=rng.choice((1, 2, 2)),
    )
    degree = rng.choice((6, 7, 7))
    octaves_end = rng.choice((1.8, _LIMIT))
    end = _end(b.format)
    size = b("abs", b.x)
    # Not the least of two: XLA would compute that in a loop of its own.
    a = b("abs", b("select", b("less", end, size), end, b.x))
    small = a < _LIMIT
    exponent, lacking = _exponent(b, a, size, small, ratio)
    near = b("less", b.x, _NEAR)
    near_x = b("max", b("select", near, b.x, 0.0), 0.0)
    shift = b("select", a < octaves_end, _OCTAVE_END - math.log(2) / 2, -ratio.shift)
    # An exponent of 2 more, for the scale and for the halves of a, and the bit of the sign: minus the power of two.
    bias = b.format.bias + 1 + 2**b.format.exponent_bits
    nearest = octave(b, exponent + b("fma", near_x, _NEAR_SHIFT, shift), LOG2_E, bias=bias)
    growth = _growth(b, nearest, exponent, lacking, _correction(b, a, small, ratio, end), degree)
    whole = b("select", small, a, ratio.level * _SCALE / 2) * nearest.power
    value = b("fma", whole, growth, b("fma", near_x, _SCALE, whole))
    return with_sign(b, b("fma", value, 1 / _SCALE, b("select", near, 0.0, b.x)))


def _exponent(b: Builder, a: Value, size: Value, small: Value, ratio: _Ratio) -> tuple[Value, Value]:
    """Returns -H = a w, rounded, and what it lacks, where w = -a / 2 - l, or -a / 2 beyond small a."""
    half = a * -0.5
    w = b("select", small, b("round_shift", size, -0.5, -ratio.slope), half)
    exponent = a * w
    # w is below -1/4 anyway. As a product of other factors: compilers would take a shared one off itself.
    product_lacks = b("fma", a, b("min", -0.25, w), -exponent)
    w_lacks = half - (w - b("select", small, -ratio.slope, 0.0))
    return exponent, b("fma", a, w_lacks, product_lacks)


def _correction(b: Builder, a: Value, small: Value, ratio: _Ratio, end: float) -> Value:
    """Returns m, a polynomial of a for small a, and of k / a beyond."""
    t = b("select", small, a, b("div", _FACTOR, a))
    starts = _started(ratio.small, 0.0, _LIMIT, ratio), _started(ratio.large, _FACTOR / end, _FACTOR / _LIMIT, ratio)
    coefficients = [b("select", small, b.free(one), b.free(other)) for one, other in zip(*starts, strict=True)]
    d = t - ratio.middle
    value = _in_blocks(b, d, coefficients[ratio.head :], 4)
    for coefficient in reversed(coefficients[: ratio.head]):
        value = b("fma", d, value, coefficient)
    return value


def _growth(b: Builder, nearest: Octave, exponent: Value, lacking: Value, m: Value, degree: int) -> Value:
    """Returns P, where 1 + P = exp(r) (1 + m), from the exact part of r and the small rest of it."""
    high, low = log_2(b.format)
    exact = b("fma", nearest.number, -high, exponent)
    excess = b("fma", nearest.number, -low, lacking)
    grown_excess = b("fma", exact * excess, b("fma", exact, 0.5, _LOSS), excess)
    series = [b.free(1 / math.factorial(k)) for k in range(2, degree + 1)]
    rest = b("fma", exact * exact, _in_blocks(b, exact, series, 2), grown_excess)
    return b("fma", rest, m + 1.0, b("fma", m, exact, m)) + exact


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
    """Returns coefficients of m in powers of t - middle, from which the fit starts."""
    centre, radius = (highest + lowest) / 2, (highest - lowest) / 2
    t = centre + radius * np.cos(np.linspace(math.pi, 0, 300))
    values = np.array([m(one) for one in t.tolist()])
    fitted = np.polynomial.Chebyshev.fit(t - ratio.middle, values, ratio.num_terms - 1)
    return [float(c) for c in fitted.convert(kind=np.polynomial.Polynomial).coef]


def _end(fmt: FloatFormat) -> float:
    """Returns an a for which a Phi(-a) is below normal numbers, but not by much."""
    a = 2.0
    while a / 2 * math.erfc(a / math.sqrt(2)) > fmt.smallest_normal:
        a += 1 / 32
    return fmt.nearest(a)


ROWS = (Scheme("mills_ratio", "Mills' ratio beside an exponential", ("gelu",), _draw_gelu),)
"""The schemes of this file."""
