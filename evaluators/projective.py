"""Programs on the projective line: real numbers and one infinity, as fractions whose denominator may vanish.

A continued fraction such as b / (x + c + d / (x + e)) is smooth where x + e vanishes, although d / 0 is not a number:
the infinity is divided away again, as IEEE arithmetic does. With numerators and denominators kept apart no inner
division is carried out, so that balls and power series enclose the value there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from primitives import primitive
from search_spaces.program import Program


@dataclass(frozen=True, slots=True)
class Ratio:
    """A fraction of two balls or two power series.

    Attributes:
        numerator: may vanish.
        denominator: may vanish too, which makes the ratio infinite; None stands for 1.
    """

    numerator: Any
    denominator: Any = None

    def value(self) -> Any:
        """Returns the quotient; not finite, or ValueError on power series, where the denominator may vanish."""
        return self.numerator if self.denominator is None else self.numerator / self.denominator

    def __add__(self, other: Ratio) -> Ratio:
        if self.denominator is other.denominator:
            return Ratio(self.numerator + other.numerator, self.denominator)
        left, right = _times(self.numerator, other.denominator), _times(other.numerator, self.denominator)
        return Ratio(left + right, _times(self.denominator, other.denominator))

    def __neg__(self) -> Ratio:
        return Ratio(-self.numerator, self.denominator)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + -other

    def __mul__(self, other: Ratio) -> Ratio:
        return Ratio(self.numerator * other.numerator, _times(self.denominator, other.denominator))

    def __truediv__(self, other: Ratio) -> Ratio:
        if self.denominator is other.denominator:
            return Ratio(self.numerator, other.numerator)
        return Ratio(_times(self.numerator, other.denominator), _times(other.numerator, self.denominator))

    def sqrt(self) -> Ratio:
        """Returns the square root of the value."""
        return Ratio(self.value().sqrt())

    def exp(self) -> Ratio:
        """Returns the exponential of the value."""
        return Ratio(self.value().exp())

    def log(self) -> Ratio:
        """Returns the logarithm of the value."""
        return Ratio(self.value().log())


def _times(first: Any, second: Any) -> Any:
    """Returns the product, where None stands for 1."""
    if first is None or second is None:
        return second if first is None else first
    return first * second


def value_through_infinity(program: Program, x: Any, constants: Sequence[Any]) -> Any:
    """Evaluates a program whose intermediate values may be infinite.

    Args:
        program: the program.
        x: ``flint.arb`` or ``flint.arb_series``.
        constants: one ``flint.arb`` per constant.

    Returns:
        an enclosure of the value; not finite, or ValueError on power series, where the value itself may be infinite.
    """
    fractions = [Ratio(constant) for constant in constants]
    ratio: Ratio = program.apply(Ratio(x), fractions, lambda name, *operands: primitive(name).ball(*operands))
    return ratio.value()
