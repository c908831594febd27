"""Reference values of machine targets: doubles for every input, and the numbers nearest to the exact values.

The functions are those of NumPy and SciPy in the range where they are worth their price. Below it stands the start of
a Taylor series, beyond it the value that the function has reached to the last bit of a double: of all float32 numbers,
nine in ten lie there. What doubles leave undecided, balls of arb decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special  # type: ignore[import-untyped]

from evaluators.float32_functions.targets import MachineTarget

Doubles: TypeAlias = NDArray[np.float64]

_Piece: TypeAlias = tuple[float, float, Callable[[Doubles], Doubles]]
"""A closed interval and a function's meaning on it."""

SERIES_LIMIT = 2.0**-12
"""Below this magnitude of x, the series serve."""

TANGENT_LIMIT = 2.0**-60
"""Up to this magnitude of x, the first two terms serve: of all float32 numbers, half lie there."""


@dataclass(frozen=True, slots=True)
class ReferenceFunction:
    """How the double nearest to a function's value, or one very near, is computed.

    Attributes:
        middle: meaning between the series and the ends.
        series: meaning where abs(x) < SERIES_LIMIT; ``middle`` when None.
        tangent: value and slope at 0, where there is a series.
        falls: the input below which the value is ``low``.
        low: that value.
        rises: the input above which the value is ``high``.
        high: that value; the input itself where None.
        accuracy: bound of the relative error.
        beside: where abs(x) <= TANGENT_LIMIT and doubles don't tell the value from a number half-way between two of a
            shorter format: a double on the exact value's side.
    """

    middle: Callable[[Doubles], Doubles]
    series: Callable[[Doubles], Doubles] | None = None
    tangent: tuple[float, float] = (0.0, 1.0)
    falls: float = -math.inf
    low: float = math.nan
    rises: float = math.inf
    high: float | None = math.nan
    accuracy: float = 2e-15
    beside: Callable[[Doubles], Doubles] | None = None

    def __call__(self, x: Doubles) -> Doubles:
        """Returns the values.

        Args:
            x: any doubles, NaN and infinities included, of any shape.
        """
        if x.size == 0:
            return x.copy()
        with np.errstate(all="ignore"):
            pieces = self._pieces(x)
            if len(pieces) == 1:
                return pieces[0][2](x)
            result = np.empty_like(x)
            for lower, upper, meaning in pieces:
                inside = (x >= lower) & (x <= upper)
                result[inside] = meaning(x[inside])
            result[np.isnan(x)] = np.nan
        return result

    def _pieces(self, x: Doubles) -> list[_Piece]:
        """Returns the meanings that inputs call for, each with the closed interval where it holds."""
        least, greatest = x.min(), x.max()
        return [piece for piece in self._all_pieces() if not (piece[0] > greatest or piece[1] < least)]

    def _all_pieces(self) -> Iterator[_Piece]:
        if self.falls > -math.inf:
            yield -math.inf, math.nextafter(self.falls, -math.inf), lambda x: np.full_like(x, self.low)
        if self.series is None:
            yield self.falls, self.rises, self.middle
        else:
            inner, outer = math.nextafter(SERIES_LIMIT, 0), math.nextafter(TANGENT_LIMIT, 1)
            yield self.falls, -SERIES_LIMIT, self.middle
            yield -inner, -outer, self.series
            yield -TANGENT_LIMIT, TANGENT_LIMIT, self._near_zero
            yield outer, inner, self.series
            yield SERIES_LIMIT, self.rises, self.middle
        if self.rises < math.inf:
            yield math.nextafter(self.rises, math.inf), math.inf, self._beyond

    def _near_zero(self, x: Doubles) -> Doubles:
        value, slope = self.tangent
        # 0 + -0 would lose the sign
        return value + slope * x if value else slope * x

    def _beyond(self, x: Doubles) -> Doubles:
        return x.copy() if self.high is None else np.full_like(x, self.high)


def reference(target: MachineTarget, x: Doubles) -> Doubles:
    """Returns the target's values as doubles.

    Args:
        target: the function; its domain is not looked at.
        x: the exact inputs, of any shape.

    Returns:
        of the shape of x, within the function's ``accuracy`` of the exact values, infinities and signed zeros included.
    """
    return REFERENCES[target.name](np.asarray(x, np.float64))


def _exp_series(y: Doubles) -> Doubles:
    return 1 + y * (1 + y / 2 * (1 + y / 3 * (1 + y / 4)))


def _expm1_series(x: Doubles) -> Doubles:
    return x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5))))


def _log1p_series(x: Doubles) -> Doubles:
    return x * (1 + x * (-1 / 2 + x * (1 / 3 + x * (-1 / 4 + x / 5))))


def _even(a: float, b: float) -> Callable[[Doubles], Doubles]:
    """Returns 1 + a x^2 + b x^4."""

    def series(x: Doubles) -> Doubles:
        square = x * x
        return 1 + square * (a + square * b)

    return series


def _odd(first: float, a: float, b: float) -> Callable[[Doubles], Doubles]:
    """Returns first * x * (1 + a x^2 + b x^4)."""
    even = _even(a, b)
    return lambda x: first * x * even(x)


def _sigmoid(x: Doubles) -> Doubles:
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x < 0, small, 1.0) / (1 + small))


def _gelu(x: Doubles) -> Doubles:
    return np.asarray(x * special.ndtr(x))


def _gelu_series(x: Doubles) -> Doubles:
    return x * (0.5 + x / math.sqrt(2 * math.pi) * _even(-1 / 6, 1 / 40)(x))


_LN2 = math.log(2)
_ERF = 2 / math.sqrt(math.pi)

REFERENCES = MappingProxyType(
    {
        "exp2": ReferenceFunction(np.exp2, lambda x: _exp_series(x * _LN2), (1.0, _LN2), -1080, 0.0, 1025, math.inf),
        "exp": ReferenceFunction(np.exp, _exp_series, (1.0, 1.0), -750, 0.0, 710, math.inf),
        "log2": ReferenceFunction(np.log2, falls=0.0),
        "log": ReferenceFunction(np.log, falls=0.0),
        "sin": ReferenceFunction(np.sin, _odd(1.0, -1 / 6, 1 / 120)),
        "cos": ReferenceFunction(np.cos, _even(-1 / 2, 1 / 24), (1.0, 0.0)),
        "tanh": ReferenceFunction(np.tanh, _odd(1.0, -1 / 3, 2 / 15), (0.0, 1.0), -20, -1.0, 20, 1.0),
        "erf": ReferenceFunction(special.erf, _odd(_ERF, -1 / 3, 1 / 10), (0.0, _ERF), -6, -1.0, 6, 1.0),
        "sigmoid": ReferenceFunction(_sigmoid, lambda x: 0.5 + x / 4 - x * x * x / 48, (0.5, 0.25), -750, 0.0, 40, 1.0),
        "gelu": ReferenceFunction(
            _gelu, _gelu_series, (0.0, 0.5), -39, -0.0, 9, None, accuracy=3e-13,
            beside=lambda x: np.nextafter(x / 2, np.where(x == 0, x, np.inf)),
        ),
        "expm1": ReferenceFunction(np.expm1, _expm1_series, (0.0, 1.0), -40, -1.0, 710, math.inf),
        "log1p": ReferenceFunction(np.log1p, _log1p_series, falls=-1.0),
    }
)  # fmt: skip
"""How every target is computed in doubles, by name."""
