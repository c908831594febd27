"""Order between columns within their cells, where codes alone do not decide it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.grid import Codes, Numbers
from search_spaces.synthetic_data.schema import Schema


def in_order(schema: Schema, codes: Codes, values: Mapping[int, Numbers]) -> dict[int, Numbers]:
    """Moves values within their cells so that every ``order`` constraint holds between the values too.

    Two dates drawn in one cell of a month may come out reversed. The earlier column's are lowered to the most that the
    cells after it can hold, then the later column's are raised to those before it; what is in order stays.

    Args:
        schema: the schema, whose constraints the codes obey.
        codes: int32 ``(num_rows, num_columns)``.
        values: by column, numbers ``(num_rows,)`` inside the cells of the codes (days since 1970-01-01 for dates);
            those of nulls are arbitrary. Must hold every numeric column of an ``order`` constraint.

    Returns:
        the same columns with the moved values.
    """
    moved = dict(values)
    pairs = [tuple(map(schema.index, c.columns)) for c in schema.constraints if c.kind == "order"]
    pairs = [(i, j) for i, j in pairs if schema.columns[i].is_numeric]
    present = {i: codes[:, i] < schema.columns[i].num_values for pair in pairs for i in pair}
    caps = {i: schema.columns[i].greatest_values(np.where(present[i], codes[:, i], 0)) for i in present}
    # a chain of orders is as long as there are orders at most
    for _ in pairs:
        for i, j in pairs:
            both = present[i] & present[j]
            caps[i] = _rounded(schema.columns[i], np.where(both, np.minimum(caps[i], caps[j]), caps[i]), np.floor)
    for i in present:
        moved[i] = np.where(present[i], np.minimum(moved[i], caps[i]), moved[i])
    for _ in pairs:
        for i, j in pairs:
            both = present[i] & present[j]
            moved[j] = _rounded(schema.columns[j], np.where(both, np.maximum(moved[i], moved[j]), moved[j]), np.ceil)
    return moved


def _rounded(column: Column, values: Numbers, rounding: np.ufunc) -> Numbers:
    """Returns whole numbers for integers and dates, which an order with a real column may have made fractions."""
    if column.kind == "real" or values.dtype.kind != "f":
        return values
    return np.asarray(rounding(values)).astype(np.int64)
