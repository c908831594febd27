"""Schemes for sin and cos: the nearest multiple of pi/2 or pi is subtracted, what is left goes into polynomials.

The multiple is subtracted in parts (Cody and Waite 1980). With fused operations the first part may have all its bits:
x minus n times it is exact. The second part is short, so that n times it is exact too, and what the second subtraction
rounds off is known and carried along: otherwise it alone would cost half a unit in the last place. A sine near a
multiple of pi keeps its relative precision.

The quadrants are counted by the low bits of the number to which n was added; to count from one later turns sin into
cos. Signs are such that the sine of -0 is -0: the correction that is subtracted from -0 is +0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from random import Random

from primitives.float_format import FloatFormat
from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.polynomial_form import FORMS, write_polynomial
from search_spaces.float32_functions.schemes.scheme import Scheme

_PI = Fraction(31415926535897932384626433832795028841971693993751, 10**49)
_LIMIT = 8192
_FORMS = ("horner", *FORMS)
_SINE_TERMS = (2, 3, 3, 4)
_COSINE_TERMS = (3, 4, 4, 5)
_HALF_TURN_TERMS = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A number in three parts: the format's number below it, few more bits, and the rest rounded."""

    high: float
    middle: float
    low: float


def _parts(value: Fraction, fmt: FloatFormat) -> _Parts:
    """Splits a multiple of pi so that integers up to the limit over it, times the middle part, are exact."""
    high = _below(value, fmt.fraction_bits + 1)
    bits = fmt.fraction_bits + 1 - math.ceil(math.log2(_LIMIT / value + 1))
    middle = _below(value - high, max(1, bits))
    return _Parts(float(high), float(middle), fmt.nearest(float(value - high - middle)))


def _below(value: Fraction, bits: int) -> Fraction:
    """Returns the greatest number of so many bits that is not above a positive value."""
    step = Fraction(2) ** (math.floor(math.log2(value)) + 1 - bits)
    return math.floor(value / step) * step


@dataclass(frozen=True, slots=True)
class _Reduced:
    """What a reduction leaves.

    Attributes:
        count: integer whose low bits count the multiples.
        rest: x minus the multiple, rounded.
        excess: by how much the rest is too large; None where it is not known.
    """

    count: Value
    rest: Value
    excess: Value | None


def _reduce(b: Builder, multiple: Fraction, *, offset: int, carried: bool) -> _Reduced:
    parts = _parts(multiple, b.format)
    shift = 1.5 * 2**b.format.fraction_bits + offset
    shifted = b("round_shift", b.x, float(1 / multiple), shift)
    n = shifted - shift
    first = b("fma", n, -parts.high, b.x)
    if not carried:
        rest = b("fma", n, -parts.low, b("fma", n, -parts.middle, first))
        return _Reduced(b("bits", shifted), rest, None)
    # Not a plain fma: a compiler that sees first - rest cancels first.
    rest = b("round_shift", n, -parts.middle, first)
    excess = b("fma", n, parts.low, b("fma", n, parts.middle, rest - first))
    return _Reduced(b("bits", shifted), rest, excess)


def _square(b: Builder, reduced: _Reduced, corrected: bool) -> Value:
    """Returns the square of the rest, of what it should be where the excess is known."""
    if reduced.excess is None or not corrected:
        return reduced.rest * reduced.rest
    return b("fma", reduced.rest, reduced.rest, (reduced.rest * reduced.excess) * -2.0)


def _sine(b: Builder, reduced: _Reduced, square: Value, num_terms: int, form: str) -> Value:
    """Returns rest - (rest^3 P(rest^2) + excess)."""
    terms = [b.free((-1.0) ** k / math.factorial(2 * k + 3)) for k in range(num_terms)]
    p = write_polynomial(b, square, terms, form)
    cube = reduced.rest * square
    return reduced.rest - (cube * p if reduced.excess is None else b("fma", cube, p, reduced.excess))


def _cosine(b: Builder, square: Value, num_terms: int, form: str) -> Value:
    terms = [b.free((-1.0) ** k / math.factorial(2 * k)) for k in range(1, num_terms + 1)]
    return write_polynomial(b, square, [1.0, *terms], form)


def _signed(b: Builder, value: Value, count: Value, place: int) -> Value:
    """Flips the sign where a bit of the count is set."""
    moved = b("shift_left", count, b.format.bits - 1 - place)
    sign = b("int_and", moved, -(2 ** (b.format.bits - 1))) if place else moved
    return b("number", b("int_xor", b("bits", value), sign))


def _quadrants(b: Builder, rng: Random, *, offset: int) -> Value:
    carried = rng.random() < 0.8
    reduced = _reduce(b, _PI / 2, offset=offset, carried=carried)
    square = _square(b, reduced, corrected=rng.random() < 0.8)
    form = rng.choice(_FORMS)
    sine = _sine(b, reduced, square, rng.choice(_SINE_TERMS), form)
    cosine = _cosine(b, square, rng.choice(_COSINE_TERMS), form)
    even = b("int_equal", b("int_and", reduced.count, 1), 0)
    return _signed(b, b("select", even, sine, cosine), reduced.count, 1)


def _half_turns(b: Builder, rng: Random) -> Value:
    reduced = _reduce(b, _PI, offset=0, carried=rng.random() < 0.5)
    square = _square(b, reduced, corrected=rng.random() < 0.3)
    sine = _sine(b, reduced, square, rng.choice(_HALF_TURN_TERMS), rng.choice(_FORMS))
    return _signed(b, sine, reduced.count, 0)


ROWS = (
    Scheme("quadrants", "quarter turns off, a sine and a cosine", ("sin",), partial(_quadrants, offset=0)),
    Scheme("quadrants", "quarter turns off, a sine and a cosine", ("cos",), partial(_quadrants, offset=1)),
    Scheme("half_turns", "half turns off, one sine", ("sin",), _half_turns),
)
"""The schemes of this file."""
