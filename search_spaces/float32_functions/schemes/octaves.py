"""What schemes of exponential kind share: the nearest integer, powers of two and parts of log(2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from primitives.float_format import FloatFormat
from search_spaces.float32_functions.builder import Builder, Operand, Value
from search_spaces.float32_functions.polynomial_form import FORMS, write_polynomial

LOG2_E = 1 / math.log(2)

MIDDLE = math.log2(1.5) - 0.5
"""What is taken off before rounding to an integer, so that an octave goes from 3/4 to 3/2, not from sqrt(1/2)."""

_FORMS = ("horner", "horner", *FORMS)


@dataclass(frozen=True, slots=True)
class Octave:
    """The nearest integer to a number.

    Attributes:
        number: the integer as a float.
        count: an integer whose low bits are its own, or those of a biased exponent.
    """

    number: Value
    count: Value

    @property
    def power(self) -> Value:
        """Two to the integer, where ``count`` is biased: 0 where that is below normal numbers, infinity above."""
        b = self.count.builder
        return b("number", b("shift_left", self.count, b.format.fraction_bits))


def octave(b: Builder, x: Value, factor: float = 1.0, *, bias: int = 0) -> Octave:
    """Returns the integer nearest to a multiple of x.

    A number so large that its sum with another is rounded to an integer is added, and the bias in the same step;
    where the format has no room for that, the integer is converted.

    Args:
        b: what to write with.
        x: the number.
        factor: what it is multiplied by.
        bias: what is added to the count.
    """
    offset = 1.5 * float(2.0**b.format.fraction_bits) + bias
    if 2 * b.format.bias < 2 ** (b.format.fraction_bits - 1):
        shifted = b("round_shift", x, factor, offset)
        return Octave(shifted - offset, b("bits", shifted))
    number = b("round", x * factor)
    return Octave(number, b("to_int", number) + bias)


def log_2(fmt: FloatFormat, scale: float = 1.0) -> tuple[float, float]:
    """Returns the nearest number to a multiple of log(2), and the nearest to the rest.

    The first has all its bits: a multiple of it that is near x, taken from x by a fused operation, leaves an exact
    number, because that is a multiple of the last place of the first part and below 1/2.
    """
    high = fmt.nearest(scale * math.log(2))
    return high, fmt.nearest(scale * math.log(2) - high)


def remainder(b: Builder, x: Value, number: Value, scale: float = 1.0) -> Value:
    """Returns x minus a multiple of log(2), which is taken off in two parts."""
    high, low = log_2(b.format, scale)
    return b("fma", number, -low, b("fma", number, -high, x))


def exponential_series(
    b: Builder, r: Value, degrees: Sequence[int], form: str, *, base: float = 1.0, first: Operand | None = None
) -> Value:
    """Returns a polynomial whose coefficients start from those of exp(base r).

    Args:
        b: what to write with.
        r: the variable.
        degrees: the powers of exp's series that it has; the lowest becomes the constant.
        form: one of the forms of polynomials.
        base: what r is multiplied by.
        first: the constant, where it is not to be fitted.
    """
    free: list[Operand | None] = [b.free(base**k / math.factorial(k)) for k in degrees]
    if first is not None:
        free[0] = first
    return write_polynomial(b, r, free, form)


def with_sign(b: Builder, value: Value) -> Value:
    """Returns a value with the sign of x set in it; positive values keep theirs for positive x.

    It takes less time than copysign, which has to clear the sign of the value first.
    """
    sign = b("int_and", b("bits", b.x), -(2 ** (b.format.bits - 1)))
    return b("number", b("int_or", b("bits", value), sign))


def draw_form(rng: Random) -> str:
    """Draws a form of polynomials; Horner's, which has the fewest operations, most often."""
    return rng.choice(_FORMS)
