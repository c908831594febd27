"""Errors in units in the last place (ULP): distances to the exact value over the spacing of the format's numbers there.

Conventions: the spacing is that of the binade that holds the exact value, and below the normal numbers that of the
subnormal ones. Infinity is right where the exact value overflows, and stands for the power of two beyond the largest
number where it does not. Arithmetic that flushes subnormal numbers takes them for zeros of their signs: a subnormal
input, and a subnormal value where the exact one is subnormal or such a zero.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from primitives.float_format import FloatFormat

Arithmetic: TypeAlias = Literal["flushed", "kept"]
"""What happens to subnormal numbers: XLA on a CPU flushes them, NumPy, torch and C keep them."""

_EXPONENT_MASK = np.int64(0x7FF0_0000_0000_0000)
"""The bits of the exponent of a double."""


def flush_inputs(x: NDArray[Any], fmt: FloatFormat) -> NDArray[np.float64]:
    """Returns inputs as doubles, the format's subnormal ones replaced by the zero of their sign.

    Args:
        x: numbers of any format.
        fmt: whose subnormal numbers they are.
    """
    value = np.asarray(x, np.float64)
    return np.where(np.abs(value) < fmt.smallest_normal, np.copysign(0.0, value), value)


def spacing(references: NDArray[np.float64], fmt: FloatFormat) -> NDArray[np.float64]:
    """Returns the unit in the last place of a format at exact values; of the last binade beyond it.

    Args:
        references: doubles of any shape; NaN gives the largest unit.
        fmt: the format.
    """
    powers = np.asarray(np.atleast_1d(references).view(np.int64) & _EXPONENT_MASK).view(np.float64)
    np.maximum(powers, fmt.smallest_normal, out=powers)
    np.minimum(powers, 2.0**fmt.bias, out=powers)
    powers *= 2.0**-fmt.fraction_bits
    return powers.reshape(np.shape(references))


def ulp_errors(
    values: NDArray[Any], references: NDArray[np.float64], fmt: FloatFormat, flush: bool
) -> NDArray[np.float64]:
    """Returns the errors of values in ULP.

    Args:
        values: what a program gave, of the format (or any type that holds it).
        references: the exact values as doubles, of the same shape.
        fmt: the format whose unit counts.
        flush: whether, where the exact value is zero or subnormal, all such values of its sign are right.

    Returns:
        errors of at least 0; infinity for NaN against a number, a number against NaN, the wrong infinity, and a finite
        number where the exact value lies beyond the format by a factor of 2 or more.
    """
    got, exact = np.asarray(values, np.float64), np.asarray(references, np.float64)
    if exact.size == 0:
        return np.empty(exact.shape)
    # all values are ordinary if so are the extremes: reductions are cheaper than masks
    least, greatest = exact.min(), exact.max()
    normal = least >= fmt.smallest_normal or greatest <= -fmt.smallest_normal
    with np.errstate(invalid="ignore"):
        errors = np.asarray(got - exact)
        np.abs(errors, out=errors)
        errors /= spacing(exact, fmt)
    if flush and not normal:
        tiny = np.abs(exact) < fmt.smallest_normal
        errors[tiny & (np.abs(got) < fmt.smallest_normal) & (np.signbit(got) == np.signbit(exact))] = 0
    if not (-fmt.largest <= least <= greatest <= fmt.largest and errors.max() < np.inf):
        special = ~np.isfinite(got) | ~(np.abs(exact) <= fmt.largest)
        errors[special] = _special_errors(got[special], exact[special], fmt)
    return errors


def _special_errors(got: NDArray[np.float64], exact: NDArray[np.float64], fmt: FloatFormat) -> NDArray[np.float64]:
    """Returns errors where a value is no finite number or an exact value is not within the format."""
    beyond = 2.0 ** (fmt.bias + 1)
    overflow = np.abs(exact) >= fmt.largest + spacing(exact, fmt) / 2
    wrong = np.isnan(got) | np.isnan(exact) | (np.abs(exact) >= beyond)
    with np.errstate(invalid="ignore"):
        errors = np.abs(np.minimum(np.maximum(got, -beyond), beyond) - exact) / spacing(exact, fmt)
    result = np.where(wrong, np.inf, errors)
    right = (np.isnan(got) & np.isnan(exact)) | (np.isinf(got) & overflow & (np.sign(got) == np.sign(exact)))
    return np.where(right, 0.0, result)
