"""A scheme for sigmoid, exact to the last place where it is small, which takes a corrected quotient.

w = 1 / (1 + exp(-x)), for either sign. The denominator D is rounded, by d, and so is the quotient w;
w + w (1 - D w - d w) has neither error. With exp(-x) = s (1 - f), s a power of two, D is 1 + s - s f: s f is exact, and
so is d, since s and 1 are taken off D one after the other, whichever of them is so small that D hardly shows it.
"""

from __future__ import annotations

import math
from random import Random

from search_spaces.float32_functions.builder import Builder, Value
from search_spaces.float32_functions.polynomial_form import write_polynomial
from search_spaces.float32_functions.schemes.octaves import (
    LOG2_E,
    MIDDLE,
    draw_form,
    log_2,
    octave,
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


ROWS = (Scheme("sigmoid", "the inverse of 1 + exp(-x), corrected", ("sigmoid",), _draw_sigmoid),)
"""The schemes of this file."""
