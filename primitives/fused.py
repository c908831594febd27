"""The fused multiply-add in the exact meaning of IEEE 754, for arrays of NumPy, which has none."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from primitives.float_format import FORMATS


def fused_multiply_add(a: npt.NDArray[Any], b: npt.NDArray[Any], c: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Returns a * b + c, rounded once to the type of a.

    The product of two numbers of at most 24 bits is exact in a double. Their sum with c is rounded to odd, after which
    rounding to at most 51 bits gives what one rounding of the exact value would (Boldo and Melquiond 2008, theorem 1).

    Args:
        a: float32, float16 or bfloat16.
        b: of the type of a.
        c: of the type of a.
    """
    product = np.multiply(a, b, dtype=np.float64)
    addend = np.asarray(c, np.float64)
    total = product + addend
    # Knuth's TwoSum: the error of the sum is itself a double.
    virtual = total - product
    error = (product - (total - virtual)) + (addend - virtual)
    pattern = total.view(np.int64)
    inexact = (error != 0) & np.isfinite(total) & (pattern & 1 == 0)
    away = (error > 0) == (total > 0)
    odd = np.where(inexact, pattern + np.where(away, 1, -1), pattern).view(np.float64)
    return FORMATS[np.asarray(a).dtype.name].rounded(odd)
