"""Why a value does not belong to its column, in words for the owner of the data."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from runs.tables.fault import quoted
from runs.tables.values import NULL_SPELLINGS, days, numbers
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.nearest import nearest

_WANTED = {
    "boolean": "true or false",
    "integer": "a whole number",
    "real": "a number",
    "date": "a date of the calendar, such as 2024-01-31",
}


def explain(column: Column, text: str) -> str:
    """Returns the rule that a value breaks, the value and the cure, as the end of a sentence about the column.

    Args:
        column: which values there are.
        text: the value as the file spells it, empty for a null.
    """
    trimmed = text.strip()
    if trimmed in NULL_SPELLINGS and trimmed not in column.labels:
        return f"has a missing value ({quoted(text)}); fill it in, or set missing = true in the schema"
    if column.kind in ("categorical", "ordinal"):
        hint = nearest(trimmed, column.labels)
        return f"has the unknown value {quoted(text)} ({hint}); correct it, add the category, or name one as other"
    if _is_of_kind(column, text):
        range_ = f"from {column.lower} to {column.upper}"
        return f"must be {range_}, not {quoted(text)}; correct it, widen the range, or set outside = 'clamp'"
    return f"must be {_WANTED[column.kind]}, not {quoted(text)}; correct it, or change the kind of the column"


def _is_of_kind(column: Column, text: str) -> bool:
    if column.kind == "boolean":
        return False
    read = (days if column.kind == "date" else numbers)(pa.array([text]))
    found = np.concatenate([values.astype(np.float64) for _, values in read])
    return len(found) > 0 and (column.kind != "integer" or bool(found[0] == np.rint(found[0])))
