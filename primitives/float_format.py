"""The formats of floating-point numbers, one row each."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class FloatFormat:
    """A binary interchange format, and the integers of its width.

    Attributes:
        name: the key of the row, which is the name of the NumPy, JAX and torch type too.
        fraction_bits: stored bits of the significand.
        exponent_bits: bits of the exponent.
        integers: name of the signed integer type of the same width.
    """

    name: str
    fraction_bits: int
    exponent_bits: int
    integers: str

    @property
    def bits(self) -> int:
        """The width, sign included."""
        return 1 + self.exponent_bits + self.fraction_bits

    @property
    def bias(self) -> int:
        """What the stored exponent of 1 is."""
        return int(2 ** (self.exponent_bits - 1) - 1)

    @property
    def smallest_normal(self) -> float:
        """The least positive number that is not subnormal."""
        return float(2.0 ** (1 - self.bias))

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return float((2.0 - 2.0**-self.fraction_bits) * 2.0**self.bias)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The NumPy type of its numbers."""
        return np.dtype(ml_dtypes.bfloat16 if self.name == "bfloat16" else self.name)

    @property
    def int_dtype(self) -> np.dtype[Any]:
        """The NumPy type of the integers of its width."""
        return np.dtype(self.integers)

    def nearest(self, value: float) -> float:
        """Returns the number of this format nearest to a double, as a double."""
        return float(self.rounded(np.float64(value)))

    def rounded(self, values: npt.NDArray[np.float64] | np.float64) -> npt.NDArray[Any]:
        """Returns doubles rounded once to numbers of this format."""
        doubles = np.asarray(values)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            if self.name != "bfloat16":
                return doubles.astype(self.dtype)
            # ml_dtypes rounds to float32 on the way: to odd, the second rounding is what one of the doubles would be.
            singles = doubles.astype(np.float32)
            pattern = singles.view(np.int32)
            inexact = np.isfinite(singles) & (singles != doubles) & (pattern & 1 == 0)
            away = np.abs(doubles) > np.abs(singles)
            odd = np.where(inexact, pattern + np.where(away, 1, -1), pattern).astype(np.int32)
            return odd.view(np.float32).astype(self.dtype)


FLOAT32 = FloatFormat("float32", 23, 8, "int32")

FORMATS = MappingProxyType(
    {row.name: row for row in (FLOAT32, FloatFormat("bfloat16", 7, 8, "int16"), FloatFormat("float16", 10, 5, "int16"))}
)
"""Every format by its name."""
