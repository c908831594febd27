"""Rounding by definition: the number of a format that is nearest to a rational, ties to even."""

import math
from fractions import Fraction


def rounded(value: Fraction, fmt) -> float:
    """Returns the nearest number of a format, infinite where the format has none so large."""
    if value == 0:
        return 0.0
    exponent = abs(value.numerator).bit_length() - value.denominator.bit_length()
    if abs(value) < Fraction(2) ** exponent:
        exponent -= 1
    spacing = Fraction(2) ** (max(exponent, 1 - fmt.bias) - fmt.fraction_bits)
    nearest = round(value / spacing) * spacing
    if abs(nearest) > Fraction(fmt.largest):
        return math.copysign(math.inf, value)
    return math.copysign(float(nearest), value)
