"""Scales from data to pixels, and the ticks of an axis."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Scale:
    """A map from data to pixels, linear in a transform of the data.

    Attributes:
        lower: the data value at the first pixel.
        upper: the data value at the last pixel.
        first: the first pixel.
        last: the last pixel; less than the first where the axis points up.
        transform: the identity or the decimal logarithm.
    """

    lower: float
    upper: float
    first: float
    last: float
    transform: Callable[[float], float] = float

    def __call__(self, value: float) -> float:
        """Returns the pixel of a value."""
        start, end = self.transform(self.lower), self.transform(self.upper)
        return self.first + (self.transform(value) - start) / (end - start) * (self.last - self.first)


def decades(values: list[float]) -> tuple[float, float]:
    """Returns the powers of ten that enclose positive values, at least two decades apart."""
    lower, upper = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return 10.0**lower, 10.0 ** max(upper, lower + 2)


def decade_ticks(lower: float, upper: float, most: int) -> list[float]:
    """Returns at most about ``most`` powers of ten between two powers of ten, evenly spaced."""
    first, last = round(math.log10(lower)), round(math.log10(upper))
    step = max(1, math.ceil((last - first) / most))
    return [10.0**exponent for exponent in range(last, first - 1, -step)]


def linear_ticks(lower: float, upper: float, most: int) -> list[float]:
    """Returns at most about ``most`` round values between two values."""
    rough = (upper - lower) / most
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(magnitude * factor for factor in (1, 2, 5, 10) if magnitude * factor >= rough * (1 - 1e-9))
    first = math.ceil(lower / step - 1e-9)
    last = math.floor(upper / step + 1e-9)
    return [multiple * step for multiple in range(first, last + 1)]


def power_text(value: float) -> str:
    """Writes a power of ten: ``10⁻⁴``."""
    return "10" + str(round(math.log10(value))).translate(_SUPERSCRIPTS)
