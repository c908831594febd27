"""A scheme for gelu, x Phi(x), through Mills' ratio: what is rounded more than once is a small part of the result.

gelu(x) = max(x, 0) - g(a) with a = |x| and g(a) = a Phi(-a) = V exp(-H) (1 + m). For small a, V = a / 2,
H = a^2 / 2 + l a, and m is what is left; beyond, V is a constant, H = a^2 / 2, and 1 + m Mills' ratio times a over V.
Both m are small, and one polynomial of t = min(a, k / (a + s)) with coefficients selected.

With H = r - n log(2), exp(-H) is 2^n (1 - r + r^2 q(r)), so that g = V 2^n (1 + P) is rounded once, and P, 1/2 or so at
most, once more. Where x is small and positive, n is 0: x - V 2^n is x / 2, exactly, and takes the place of V 2^n.
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

_OCTAVE_END = 0.25
"""The least H of a negative x whose n is not 0: below it, H + log(2) n would not be exact."""

_NEAR_SHIFT = 0.375
"""Times a positive x below _NEAR, it is taken off the number that is rounded to n."""

_SCALE = 4.0
"""Values are so much larger until the last operation: a part of a result that is hardly normal would be flushed."""


@dataclass(frozen=True, slots=True)
class _Ratio:
    """How exp(a^2 / 2) a Phi(-a) is written.

    Attributes:
        limit: where small a end.
        shift: s in t = min(a, k / (a + s)).
        slope: l in H, with so few bits that l taken off a sum is exact.
        level: the constant V.
        middle: of t, about which the polynomial is written.
        num_terms: of the polynomial of t.
    """

    limit: float
    shift: float
    slope: float
    level: float
    middle: float
    num_terms: int

    @property
    def factor(self) -> float:
        """The number k that makes both variables equal at the limit."""
        return self.limit * (self.limit + self.shift)

    @property
    def at_infinity(self) -> float:
        """Where m goes for large a."""
        return 1 / math.sqrt(2 * math.pi) / self.level - 1

    def small(self, a: float) -> float:
        """Returns m for small a."""
        return _scaled_tail(a) * math.exp(self.slope * a) - 1

    def large(self, t: float) -> float:
        """Returns m beyond, where a is k / t - s."""
        a = self.factor / t - self.shift
        return _scaled_tail(a) * a / 2 / self.level - 1


def _scaled_tail(a: float) -> float:
    return math.erfc(a / math.sqrt(2)) * math.exp(a * a / 2)


def _draw_gelu(b: Builder, rng: Random) -> Value:
    ratio = _Ratio(
        limit=rng.choice((1.92, 1.94, 1.96, 1.96, 2.0)),
        shift=rng.choice((0.375, 0.5, 0.5)),
        slope=rng.choice((0.5625, 0.578125, 0.578125, 0.59375)),
        level=rng.choice((0.365, 0.375, 0.385)),
        middle=rng.choice((1.1, 1.3, 1.6)),
        num_terms=rng.choice((9, 9, 10)),
    )
    degree = rng.choice((5, 6, 6, 6))
    end = _end(b.format)
    size = b("abs", b.x)
    # Not the least of two: XLA would compute that in a loop of its own.
    a = b("abs", b("select", b("less", end, size), end, b.x))
    small = a < ratio.limit
    exponent, lacking = _exponent(b, a, size, small, ratio)
    near = b("less", b.x, _NEAR)
    near_x = b("max", b("select", near, b.x, 0.0), 0.0)
    middle = b("fma", near_x, -_NEAR_SHIFT, math.log(2) / 2 - _OCTAVE_END)
    # An exponent of 2 more, for the scale and for the halves of a, and the bit of the sign: minus the power of two.
    nearest = octave(b, exponent + middle, -LOG2_E, bias=b.format.bias + 1 + 2**b.format.exponent_bits)
    m = _correction(b, a, small, ratio, end)
    growth = _growth(b, nearest, exponent, lacking, m, degree)
    whole = b("select", small, a, ratio.level * _SCALE / 2) * nearest.power
    value = b("fma", whole, growth, b("fma", near_x, _SCALE, whole))
    return with_sign(b, b("fma", value, 1 / _SCALE, b("select", near, 0.0, b.x)))


def _exponent(b: Builder, a: Value, size: Value, small: Value, ratio: _Ratio) -> tuple[Value, Value]:
    """Returns H = a w, rounded, and what it lacks, where w = a / 2 + l, or a / 2 beyond small a."""
    half = a * 0.5
    w = b("select", small, b("round_shift", size, 0.5, ratio.slope), half)
    exponent = a * w
    # w is at least 1/4 anyway. As a product of other factors: compilers would take a shared one off itself.
    product_lacks = b("fma", a, b("max", 0.25, w), -exponent)
    w_lacks = half - (w - b("select", small, ratio.slope, 0.0))
    return exponent, b("fma", a, w_lacks, product_lacks)


def _correction(b: Builder, a: Value, small: Value, ratio: _Ratio, end: float) -> Value:
    """Returns m: t times a polynomial for small a, so that nothing is left at 0, and what large a go to beyond."""
    t = b("min", a, b("div", ratio.factor, a + ratio.shift))
    starts = (
        _started(ratio.small, 2.0**-10, ratio, 0.0),
        _started(ratio.large, ratio.factor / (end + ratio.shift), ratio, ratio.at_infinity),
    )
    first, *others = [b("select", small, b.free(one), b.free(other)) for one, other in zip(*starts, strict=True)]
    d = t - ratio.middle
    constant = b("select", small, 0.0, b.free(ratio.at_infinity))
    return b("fma", t, b("fma", d, _in_blocks(b, d, others, 4), first), constant)


def _growth(b: Builder, nearest: Octave, exponent: Value, lacking: Value, m: Value, degree: int) -> Value:
    """Returns P, where 1 + P = exp(-r) (1 + m), from the exact part of r, which is rounded but once."""
    high, low = log_2(b.format)
    exact = b("fma", nearest.number, high, exponent)
    excess = b("fma", nearest.number, low, lacking)
    r = exact + excess
    series = [b.free((-1.0) ** k / math.factorial(k)) for k in range(2, degree + 1)]
    rest = b("fma", r * r, _in_blocks(b, r, series, 2), -excess)
    return b("fma", rest, m + 1.0, b("fma", m, -exact, m)) - exact


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


def _started(m: Callable[[float], float], lowest: float, ratio: _Ratio, constant: float) -> list[float]:
    """Returns coefficients of (m - constant) / t in powers of t - middle, from which the fit starts."""
    centre, radius = (ratio.limit + lowest) / 2, (ratio.limit - lowest) / 2
    t = centre + radius * np.cos(np.linspace(math.pi, 0, 300))
    values = (np.array([m(one) for one in t.tolist()]) - constant) / t
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
