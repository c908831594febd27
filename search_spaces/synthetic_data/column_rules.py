"""What makes a column valid, and the grid of its range."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from search_spaces.synthetic_data.days import day_of
from search_spaces.synthetic_data.grid import FARTHEST, MAX_CELLS, Grid, real_grid, whole_grid
from search_spaces.synthetic_data.nearest import nearest

if TYPE_CHECKING:
    from search_spaces.synthetic_data.column import Column

KINDS = ("categorical", "ordinal", "boolean", "integer", "real", "date")
OUTSIDE = ("refuse", "clamp")
MISSING = "(missing)"
"""How a null is written in labels and in the conditions of constraints and queries."""

MAX_SIZE = 2**31 - 1
"""The most codes of a column, since codes have 32 bits."""

_MOST_OWN_CELLS = 1024
_DEFAULT_CELLS = 256


def check_column(column: Column) -> None:
    """Refuses a column whose attributes contradict each other, its range aside.

    Raises:
        ValueError: naming the column, the attribute, the rule, the value and the cure.
    """
    if not isinstance(column.name, str) or not column.name:
        raise ValueError(f"a column's name must be a text that is not empty, not {column.name!r}")
    if column.kind not in KINDS:
        raise ValueError(f"column {column.name!r}: kind {column.kind!r} is unknown; {nearest(str(column.kind), KINDS)}")
    _require_types(column)
    for holds, fault in _rules(column):
        if not holds:
            raise ValueError(f"column {column.name!r}: {fault}")


def make_grid(column: Column) -> Grid:
    """Returns the cells of a numeric column.

    Raises:
        ValueError: for ends that are not of its kind, reversed or too far apart, and too many cells.
    """
    try:
        return _real(column) if column.kind == "real" else _whole(column)
    except ValueError as error:
        raise ValueError(f"column {column.name!r}: {error}") from None


def _require_types(column: Column) -> None:
    names = {bool: "true or false", int: "a whole number", str: "a text", tuple: "a tuple"}
    types: dict[str, type] = {"missing": bool, "unique": bool, "cells": int, "groups": int, "categories": tuple}
    for name, expected in types.items():
        value = getattr(column, name)
        # bool is a subclass of int, yet `cells = true` is a mistake
        if type(value) is not expected:
            raise ValueError(f"column {column.name!r}: {name} must be {names[expected]}, not {value!r}")
    for label in (*column.categories, *([] if column.other is None else [column.other])):
        if not isinstance(label, str):
            raise ValueError(
                f'column {column.name!r}: a category must be a text, not {label!r}; write "{label}" with quotes'
            )


def _rules(column: Column) -> list[tuple[bool, str]]:
    """Returns what must hold beyond the types, each with the sentence that says what is wrong."""
    kind = column.kind
    numeric, named = kind in ("integer", "real", "date"), kind in ("categorical", "ordinal")
    range_given = column.lower is not None or column.upper is not None or column.cells != 0
    return [
        (numeric or not range_given, f"lower, upper and cells are for integer, real and date, not for {kind}"),
        (named or not column.categories, f"categories are for categorical and ordinal, not for {kind}"),
        (not named or bool(column.categories), f"{kind} needs its categories, as in categories = ['a', 'b']"),
        (not numeric or column.lower is not None, "lower is missing; give the least value that is known without data"),
        (not numeric or column.upper is not None, "upper is missing; give the greatest value known without data"),
        (column.outside in OUTSIDE, f"outside must be refuse or clamp, not {column.outside!r}"),
        (numeric or column.outside == "refuse", "outside = 'clamp' is for numbers and dates; give other = 'CATEGORY'"),
        (named or column.other is None, f"other is for categorical and ordinal, not for {kind}"),
        (column.other is None or column.other in column.categories, f"other = {column.other!r} is no category of it"),
        (column.cells >= 0, f"cells must be 0 or more, not {column.cells}"),
        (column.groups >= 0, f"groups must be 0 or more, not {column.groups}"),
        (not column.missing or MISSING not in column.categories, f"the category {MISSING!r} is the name of the null"),
        (not (column.unique and column.missing), "a unique column has no nulls; set missing = false"),
    ]


def _whole(column: Column) -> Grid:
    lower, upper = _whole_end(column, "lower"), _whole_end(column, "upper")
    _require_order(column, lower <= upper)
    count = upper - lower + 1
    cells = column.cells or (count if column.unique or count <= _MOST_OWN_CELLS else _DEFAULT_CELLS)
    if cells > count:
        raise ValueError(f"cells = {cells} exceeds the {count} values from {column.lower} to {column.upper}; lower it")
    most = MAX_SIZE - 1 if cells == count else MAX_CELLS
    if cells > most:
        raise ValueError(f"the range of {count:,} values makes {cells:,} cells, over the limit of {most:,}; narrow it")
    return whole_grid(lower, upper, cells)


def _whole_end(column: Column, name: str) -> int:
    value: Any = getattr(column, name)
    if column.kind == "date":
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a date as YYYY-MM-DD, not {value!r}")
        return day_of(value)
    if type(value) is not int:
        raise ValueError(f"{name} must be a whole number, not {value!r}; or set kind = 'real'")
    if abs(value) > FARTHEST:
        raise ValueError(f"{name} = {value} is beyond 2**62; choose a nearer one")
    return value


def _real(column: Column) -> Grid:
    lower, upper = _real_end(column, "lower"), _real_end(column, "upper")
    _require_order(column, lower <= upper)
    if math.isinf(upper - lower):
        raise ValueError(f"the range from {lower} to {upper} is too wide for doubles; narrow it")
    if lower == upper and column.cells > 1:
        raise ValueError(f"cells = {column.cells}, but lower equals upper; leave cells out")
    if column.cells > MAX_CELLS:
        raise ValueError(f"cells must be at most {MAX_CELLS:,}, not {column.cells:,}")
    return real_grid(lower, upper, 1 if lower == upper else column.cells or _DEFAULT_CELLS)


def _real_end(column: Column, name: str) -> float:
    value: Any = getattr(column, name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise ValueError(f"{name} must be a finite number, not {value!r}")
    return float(value)


def _require_order(column: Column, holds: bool) -> None:
    if not holds:
        raise ValueError(f"lower = {column.lower} is above upper = {column.upper}; exchange them")
