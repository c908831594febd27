"""Readable names of codes and groups of codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import CellTable
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.days import day_text
from search_spaces.synthetic_data.schema import Schema


def span_label(column: Column, first: int, last: int) -> str:
    """Returns the readable name of a run of codes: a value, an interval, or ``first to last`` category."""
    if first == last:
        return column.label(first)
    if column.null_code == last or not column.is_numeric:
        return f"{column.label(first)} to {column.label(last)}"
    low, high = column.cell_bounds(np.array([first, last]))
    closing = ")" if column.kind == "real" and last < column.num_values - 1 else "]"
    return f"[{_number(column, low[0])}, {_number(column, high[1])}{closing}"


def bound_label(column: Column, code: int) -> str:
    """Returns ``name <= value`` for all codes up to one; ``<`` where the cells are half-open intervals."""
    if not column.is_numeric:
        return f"{column.name} <= {column.label(code)}"
    high = column.cell_bounds(np.array([code]))[1][0]
    sign = "<" if column.kind == "real" and code < column.num_values - 1 else "<="
    return f"{column.name} {sign} {_number(column, high)}"


def group_label(column: Column, groups: NDArray[np.int32], group: int) -> str:
    """Returns ``name = value`` for a group of codes that follow each other."""
    codes = np.flatnonzero(groups == group)
    return f"{column.name} = {span_label(column, int(codes[0]), int(codes[-1]))}"


@dataclass(frozen=True, eq=False)
class CellLabels:
    """The names of the cells of some tables, one table after the other.

    Attributes:
        tables: the tables.
        schema: the columns that they look at.
    """

    tables: Sequence[CellTable]
    schema: Schema

    def __call__(self, index: int) -> str:
        """Returns the name of a cell."""
        for table in self.tables:
            if index < table.size:
                groups = np.unravel_index(index, table.shape)
                parts = zip(table.columns, table.levels, groups, strict=True)
                return ", ".join(group_label(self.schema.columns[c], level, int(g)) for c, level, g in parts)
            index -= table.size
        raise IndexError(index)


def _number(column: Column, value: np.generic) -> str:
    return day_text(int(value)) if column.kind == "date" else str(value.item())
