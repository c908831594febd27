"""Columns: what the values of one column may be, and the whole number, its code, that stands for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from search_spaces.synthetic_data.column_rules import MISSING as MISSING
from search_spaces.synthetic_data.column_rules import check_column, make_grid
from search_spaces.synthetic_data.days import day_of, day_text
from search_spaces.synthetic_data.grid import Codes, Grid, Numbers
from search_spaces.synthetic_data.nearest import nearest

Kind: TypeAlias = Literal["categorical", "ordinal", "boolean", "integer", "real", "date"]
Bound: TypeAlias = int | float | str | None

BOOLEANS = ("false", "true")

_MOST_GROUPS = 128
_RUNS = 32


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; a cell's code is in ``range(size)``.

    Nothing of it is learnt from data. Integers and dates are whole numbers, a date being the days since 1970-01-01 as
    in Arrow's date32. Codes count the cells of the range upwards, or the categories in order; the null, where there
    is one, has the last code.

    Attributes:
        name: what the column is called.
        kind: ``categorical``, ``ordinal`` (categories in ascending order), ``boolean``, ``integer``, ``real`` or
            ``date``.
        categories: the values of categorical and ordinal columns.
        lower: least value of integers, reals and dates (ISO text), inclusive.
        upper: greatest value, inclusive.
        cells: number of cells of nearly equal width that the range is cut into; 0 for a cell per whole number or day
            where there are at most 1024 or the column is unique, else 256.
        missing: whether a null is a value.
        outside: what is done to numbers and dates outside the range: ``refuse`` or ``clamp``.
        other: the category that unknown values become; None refuses them.
        unique: whether no value occurs twice, as of an id. Its values are drawn from the range, and only permuted.
        groups: number of groups of codes that marginals count, besides the null; 0 for a group per code up to 128
            codes, else 32 groups.
    """

    name: str
    kind: Kind
    categories: tuple[str, ...] = ()
    lower: Bound = None
    upper: Bound = None
    cells: int = 0
    missing: bool = False
    outside: Literal["refuse", "clamp"] = "refuse"
    other: str | None = None
    unique: bool = False
    groups: int = 0
    _grid: Grid | None = field(init=False, repr=False, compare=False)
    _codes: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_column(self)
        object.__setattr__(self, "_codes", {label: code for code, label in enumerate(self.labels)})
        object.__setattr__(self, "_grid", make_grid(self) if self.is_numeric else None)
        if len(self._codes) < len(self.labels):
            twice = next(label for code, label in enumerate(self.labels) if self._codes[label] != code)
            raise ValueError(f"column {self.name!r}: categories must be distinct; {twice!r} is given twice")

    @property
    def is_numeric(self) -> bool:
        """Whether values are integers, reals or dates."""
        return self.kind in ("integer", "real", "date")

    @property
    def is_ordered(self) -> bool:
        """Whether a smaller code is a smaller value."""
        return self.is_numeric or self.kind == "ordinal"

    @property
    def labels(self) -> tuple[str, ...]:
        """The categories, ``false`` and ``true`` of a boolean column; empty for numbers and dates."""
        return BOOLEANS if self.kind == "boolean" else self.categories

    @property
    def num_values(self) -> int:
        """The number of codes, without the null's."""
        return self._grid.cells if self._grid else len(self.labels)

    @property
    def size(self) -> int:
        """The number of codes."""
        return self.num_values + self.missing

    @property
    def null_code(self) -> int | None:
        """The code of the null, None where the column has no nulls."""
        return self.num_values if self.missing else None

    @property
    def edges(self) -> NDArray[np.float64]:
        """The ends of the cells of a numeric column, ``(num_values + 1,)``.

        Cell k holds ``edges[k] <= value < edges[k + 1]``; the last edge of whole numbers is ``upper + 1``, the last
        cell of reals holds its upper edge too.

        Raises:
            ValueError: for a column of categories.
        """
        return self._numeric_grid.edges

    @property
    def values(self) -> NDArray[np.float64]:
        """A number for each code ``(size,)``: the middle of the cell or the category's index; NaN for the null."""
        present = self._grid.middles if self._grid else np.arange(self.num_values, dtype=np.float64)
        return np.append(present, np.nan) if self.missing else present

    @property
    def unit_values(self) -> NDArray[np.float64]:
        """The values scaled so that the range is [0, 1], ``(size,)``; 0.5 for the null and in a range of one value."""
        if self.is_numeric:
            ends = self.edges
            low, high = ends[0], ends[-1] - (self.kind != "real")
        else:
            low, high = 0.0, self.num_values - 1.0
        scaled = (self.values - low) / (high - low) if high > low else np.full(self.size, 0.5)
        return np.where(np.isnan(scaled), 0.5, scaled)

    @property
    def num_groups(self) -> int:
        """The number of groups that marginals count, the null's among them."""
        return self._runs + self.missing

    @property
    def group_of(self) -> Codes:
        """The group of each code, int32 ``(size,)``: runs of nearly equal length, the null in the last on its own."""
        present = np.arange(self.num_values, dtype=np.int64) * self._runs // self.num_values
        return (np.append(present, self._runs) if self.missing else present).astype(np.int32)

    @property
    def _runs(self) -> int:
        default = self.num_values if self.size <= _MOST_GROUPS else _RUNS
        return min(self.groups or default, self.num_values)

    def is_inside(self, values: Numbers) -> NDArray[np.bool_]:
        """Tells which numbers belong to a numeric column: within its range, whole for integers and dates, not NaN."""
        return self._numeric_grid.is_inside(values)

    def codes_of_numbers(self, values: Numbers) -> Codes:
        """Returns the codes of numbers, or of days since 1970-01-01.

        Args:
            values: ``(n,)`` of any numeric type. What :meth:`is_inside` denies gets the nearest code, so refuse it
                first unless the column clamps.

        Returns:
            int32 ``(n,)``; NaN gets the code of the null.

        Raises:
            ValueError: for a NaN where the column has no nulls, or for a column of categories.
        """
        values = np.asarray(values)
        codes = self._numeric_grid.codes(values)
        nulls = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)
        if nulls.any():
            if not self.missing:
                raise ValueError(
                    f"column {self.name!r}: a value is missing; set missing = true to keep nulls as values"
                )
            codes[nulls] = self.num_values
        return codes

    def cell_bounds(self, codes: NDArray[np.integer[Any]]) -> tuple[Numbers, Numbers]:
        """Returns the ends of cells, so that a value can be drawn inside.

        Args:
            codes: ``(n,)``, of present values; not the null's.

        Returns:
            least and greatest value, int64 and both inclusive, for integers and dates (days since 1970-01-01); float64
            for reals, where the upper end belongs to the last cell alone.

        Raises:
            ValueError: for a column of categories.
        """
        return self._numeric_grid.bounds(codes)

    def greatest_values(self, codes: NDArray[np.integer[Any]]) -> Numbers:
        """Returns the greatest value inside cells; for reals the double below the next cell's edge."""
        return self._numeric_grid.greatest(codes)

    def code_of(self, label: str) -> int:
        """Returns the code that a label stands for, in constant time.

        Args:
            label: a category, ``(missing)``, or a number or date that has a cell of its own.

        Raises:
            ValueError: for an unknown label, naming the nearest.
        """
        if label == MISSING and self.missing:
            return self.num_values
        if label in self._codes:
            return self._codes[label]
        if not self.is_numeric:
            hint = nearest(label, [*self.labels, MISSING] if self.missing else self.labels)
            raise ValueError(f"column {self.name!r} has no value {label!r}; {hint}")
        return self._code_of_number(label)

    def _code_of_number(self, label: str) -> int:
        try:
            value = np.array([day_of(label) if self.kind == "date" else int(label)], dtype=np.int64)
        except (ValueError, OverflowError):
            value = np.empty(0, dtype=np.int64)
        if self.kind != "real" and self.is_inside(value).any():
            codes = self.codes_of_numbers(value)
            low, high = self.cell_bounds(codes)
            if low[0] == high[0]:
                return int(codes[0])
        raise ValueError(
            f"column {self.name!r} has no cell of its own for {label!r}; its range is {self.lower} to {self.upper} in "
            f"{self.num_values} cells, so give lower and upper on edges of cells"
        )

    def label(self, code: int) -> str:
        """Returns the category, number, date or interval that a code stands for, ``(missing)`` for the null."""
        if code == self.null_code:
            return MISSING
        if not self.is_numeric:
            return self.labels[code]
        low, high = (end[0].item() for end in self.cell_bounds(np.array([code])))
        if self.kind == "real":
            return f"[{low}, {high}{']' if code == self.num_values - 1 else ')'}"
        first, last = (day_text(end) if self.kind == "date" else str(end) for end in (low, high))
        return first if low == high else f"[{first}, {last}]"

    @property
    def _numeric_grid(self) -> Grid:
        if self._grid is None:
            raise ValueError(f"column {self.name!r} is {self.kind}, it has no numbers; use an integer, real or date")
        return self._grid
