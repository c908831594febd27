"""Programs over + - x / as exact rational functions, common factors cancelled.

A continued fraction b / (x + c + d / (x + e)) is smooth where x + e vanishes, although d / 0 is not a number.
Double-double constants are rational numbers, so that such points can be told from poles without rounding: they are not
roots of the reduced denominator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flint import arb, fmpq, fmpq_poly

from evaluators.functions import ArbOrSeries
from search_spaces.program import Constant, Program

MAX_DEGREE = 256


@dataclass(frozen=True, slots=True)
class RationalFunction:
    """A quotient of two polynomials without a common factor.

    Attributes:
        numerator: ``flint.fmpq_poly``.
        denominator: ``flint.fmpq_poly``, not zero.
    """

    numerator: Any
    denominator: Any

    def enclose(self, x: ArbOrSeries) -> ArbOrSeries:
        """Returns the value; not finite, or ValueError on power series, where the denominator may vanish."""
        return _horner(self.numerator, x) / _horner(self.denominator, x)

    def __add__(self, other: RationalFunction) -> RationalFunction:
        top = self.numerator * other.denominator + other.numerator * self.denominator
        return _reduced(top, self.denominator * other.denominator)

    def __neg__(self) -> RationalFunction:
        return RationalFunction(-self.numerator, self.denominator)

    def __sub__(self, other: RationalFunction) -> RationalFunction:
        return self + -other

    def __mul__(self, other: RationalFunction) -> RationalFunction:
        return _reduced(self.numerator * other.numerator, self.denominator * other.denominator)

    def __truediv__(self, other: RationalFunction) -> RationalFunction:
        return _reduced(self.numerator * other.denominator, self.denominator * other.numerator)


_MEANINGS: dict[str, Callable[..., RationalFunction]] = {
    "add": RationalFunction.__add__,
    "sub": RationalFunction.__sub__,
    "mul": RationalFunction.__mul__,
    "div": RationalFunction.__truediv__,
    "neg": RationalFunction.__neg__,
}


@lru_cache(maxsize=64)
def rational_function(program: Program) -> RationalFunction | None:
    """Returns the rational function that a program computes, constants taken exactly.

    Args:
        program: the program.

    Returns:
        the function in lowest terms; None for a program with other operations than + - x /, one that divides by zero
        everywhere, one with a constant that is not finite, or one whose degree exceeds 256.
    """
    one = fmpq_poly([1])
    try:
        constants = [RationalFunction(fmpq_poly([_exact(constant)]), one) for constant in program.constants]
        function: RationalFunction = program.apply(
            RationalFunction(fmpq_poly([0, 1]), one), constants, lambda name, *operands: _MEANINGS[name](*operands)
        )
    except (KeyError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return function


def _exact(constant: Constant) -> Any:
    return sum((fmpq(*part.as_integer_ratio()) for part in constant), fmpq(0))


def _reduced(numerator: Any, denominator: Any) -> RationalFunction:
    if denominator.degree() < 0:
        raise ZeroDivisionError("a program divides by zero everywhere")
    if numerator.degree() + denominator.degree() > MAX_DEGREE:
        raise OverflowError(f"the degree of a rational function exceeds {MAX_DEGREE}")
    common = numerator.gcd(denominator)
    return RationalFunction(numerator // common, denominator // common)


def _horner(polynomial: Any, x: ArbOrSeries) -> ArbOrSeries:
    value = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        value = value * x + arb(coefficient)
    return value
