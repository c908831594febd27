"""Conditions: the values of one column that a constraint or a query speaks of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.synthetic_data.column import Bound, Column
from search_spaces.synthetic_data.days import day_of

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Condition:
    """Values of a column, as a list of them or as a range.

    Attributes:
        column: the name of the column.
        values: labels of values, ``(missing)`` for the null; empty for a range.
        lower: least value of a range of numbers or dates, inclusive; None for the column's own.
        upper: greatest value, inclusive; for reals exclusive, unless it is the column's own. The null is in no range.
    """

    column: str
    values: tuple[str, ...] = ()
    lower: Bound = None
    upper: Bound = None

    def mask(self, column: Column) -> Mask:
        """Tells for each code of the column whether it meets the condition, ``(size,)``.

        Raises:
            ValueError: for values that the column does not have, and for an end of the range inside a cell.
        """
        mask = np.zeros(column.size, dtype=bool)
        if self.values:
            mask[[column.code_of(value) for value in self.values]] = True
            return mask
        first = 0 if self.lower is None else self._cell(column, "lower")
        last = column.num_values - 1 if self.upper is None else self._cell(column, "upper")
        mask[first : last + 1] = True
        return mask

    def _cell(self, column: Column, name: str) -> int:
        """Returns the first or the last cell of the range, of which an end must be the condition's."""
        value = _number(column, name, getattr(self, name))
        if not column.is_inside(value)[0]:
            raise ValueError(
                f"column {column.name!r}: {name} = {getattr(self, name)} is not in its range, {column.lower} to "
                f"{column.upper}; leave it out for the column's own"
            )
        code = column.codes_of_numbers(value)
        low, high = column.cell_bounds(code)
        if name == "upper" and column.kind == "real" and value[0] == low[0] and value[0] != high[0]:
            # the cell below ends where the range does
            return int(code[0]) - 1
        if value[0] != (low if name == "lower" else high)[0]:
            raise ValueError(
                f"column {column.name!r}: {name} = {getattr(self, name)} lies inside the cell "
                f"{column.label(int(code[0]))}; use an end of it, or give the column more cells"
            )
        return int(code[0])


def read_condition(column: str, data: Any) -> Condition:
    """Reads a condition: a list of values, or a mapping of ``lower`` and ``upper``.

    Args:
        column: the name of the column.
        data: texts, or whole numbers and truth values, which are read as their texts; or the ends of a range.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(data, Mapping):
        if not data or not data.keys() <= {"lower", "upper"}:
            raise ValueError(f"column {column!r}: a range has lower, upper or both, not {', '.join(data) or 'nothing'}")
        return Condition(column, lower=_end(data.get("lower")), upper=_end(data.get("upper")))
    if not isinstance(data, Sequence) or isinstance(data, str) or not data:
        raise ValueError(f"column {column!r}: give a list of values or {{ lower = , upper = }}, not {data!r}")
    return Condition(column, tuple(map(_label, data)))


def condition_data(condition: Condition) -> list[str] | dict[str, Any]:
    """Returns what :func:`read_condition` reads as the condition."""
    if condition.values:
        return list(condition.values)
    ends = {"lower": condition.lower, "upper": condition.upper}
    return {name: end for name, end in ends.items() if end is not None}


def _end(value: Any) -> Bound:
    # TOML has dates of its own
    end: Bound = value.isoformat() if hasattr(value, "isoformat") else value
    return end


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(_end(value))


def _number(column: Column, name: str, value: Bound) -> NDArray[Any]:
    """Returns an end of the range as an array of one number of the column's kind."""
    if not column.is_numeric:
        raise ValueError(f"column {column.name!r} is {column.kind}, it has no {name}; give a list of values")
    if column.kind == "date":
        if not isinstance(value, str):
            raise ValueError(f"column {column.name!r}: {name} must be a date as YYYY-MM-DD, not {value!r}")
        return np.array([day_of(value)], dtype=np.int64)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"column {column.name!r}: {name} must be a number, not {value!r}")
    if isinstance(value, int) and abs(value) >= 2**63:
        # outside of every range, without overflow
        value = math.inf if value > 0 else -math.inf
    return np.array([value])
