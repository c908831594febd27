"""Values as small whole numbers, so that sums of them are exact and one row cannot move them far."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search_spaces.synthetic_data.column import Column


def centred(column: Column, steps: int) -> NDArray[np.int64]:
    """Returns the values of the codes as -steps (the least) to steps (the greatest), ``(size,)``; a null is 0."""
    return np.rint(steps * (2 * column.unit_values - 1)).astype(np.int64)


def upward(column: Column, steps: int) -> NDArray[np.int32]:
    """Returns the values of the codes as 0 (the least) to steps (the greatest), int32 ``(size,)``; a null is 0."""
    return np.where(present(column), np.rint(steps * column.unit_values), 0).astype(np.int32)


def present(column: Column) -> NDArray[np.bool_]:
    """Returns which codes are values and not the null, ``(size,)``."""
    known: NDArray[np.bool_] = np.arange(column.size) < column.num_values
    return known


def in_units(column: Column, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns values in [0, 1] in the column's units: numbers, days since 1970-01-01, or places of categories."""
    values, units = column.values[: column.num_values], column.unit_values[: column.num_values]
    if column.num_values == 1:
        return np.where(np.isnan(unit), np.nan, values[0])
    scaled: NDArray[np.float64] = values[0] + (unit - units[0]) * (values[-1] - values[0]) / (units[-1] - units[0])
    return scaled
