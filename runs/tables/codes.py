"""Columns of Arrow to the codes of a schema's column and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from runs.tables.explanation import explain
from runs.tables.values import NULL_SPELLINGS, days, numbers, plain, texts
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.grid import Codes, Numbers

_MISFIT, _UNKNOWN = -1, -2
"""Codes of values that cannot be kept, and of texts that only a category ``other`` could stand for."""

_BOOLEANS = {"false": 0, "f": 0, "no": 0, "n": 0, "0": 0, "true": 1, "t": 1, "yes": 1, "y": 1, "1": 1}


class MisfitError(ValueError):
    """A value that does not belong to its column.

    Attributes:
        row: where it is in the array, from 0.
    """

    def __init__(self, row: int, fault: str) -> None:
        super().__init__(fault)
        self.row = row


class Encoder:
    """Turns the values of one column into codes.

    Attributes:
        column: which values there are.
        dtype: the smallest integer type that holds the column's codes and -1.
    """

    def __init__(self, column: Column) -> None:
        self.column = column
        self.dtype = np.min_scalar_type(-max(column.size, 1))
        self._labels = {label: code for code, label in enumerate(column.labels)}
        self._null = _MISFIT if column.null_code is None else column.null_code
        self._other = _MISFIT if column.other is None else self._labels[column.other]

    def encode(self, values: pa.Array) -> tuple[NDArray[Any], int]:
        """Returns the codes of values, and how many were clamped to the range or became the category ``other``.

        Args:
            values: ``(n,)``, of any type that holds single values; texts are read as the column's kind.

        Returns:
            codes ``(n,)`` of ``dtype``, and a count, which is as private as the values.

        Raises:
            MisfitError: for the first value that is of another kind, outside the range, unknown or missing.
            ValueError: for a type of nested values or of bytes.
        """
        encoded = plain(values).dictionary_encode()
        codes, moved = self._of_distinct(encoded.dictionary)
        codes = np.append(codes, self._of_null()).astype(self.dtype)
        rows = encoded.indices.fill_null(len(codes) - 1).to_numpy()
        found: NDArray[Any] = codes[rows]
        if len(found) and found.min() == _MISFIT:
            row = int(np.argmax(found == _MISFIT))
            text = texts(encoded.dictionary.slice(rows[row], 1)).to_pylist()
            raise MisfitError(row, explain(self.column, text[0] if text else ""))
        return found, int(np.count_nonzero(np.append(moved, False)[rows]))

    def _of_distinct(self, values: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Returns codes of distinct values, -1 for misfits, and which of them had to be moved to fit."""
        if self.column.is_numeric:
            return self._of_numbers(values)
        codes = np.fromiter(map(self._of_text, texts(values).to_pylist()), np.int64, len(values))
        return np.where(codes == _UNKNOWN, self._other, codes), codes == _UNKNOWN

    def _of_numbers(self, values: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        column = self.column
        codes, moved = np.full(len(values), _MISFIT, np.int64), np.zeros(len(values), dtype=bool)
        for places, found in (days if column.kind == "date" else numbers)(values):
            inside, missing = column.is_inside(found), np.isnan(found)
            # 17.5 is no whole number of whatever range, so clamping it would hide a mistake
            whole = (column.kind == "real") | (found == np.rint(found))
            clamped = ~inside & ~missing & whole & (column.outside == "clamp")
            accepted = inside | clamped | (missing & column.missing)
            codes[places[accepted]] = column.codes_of_numbers(found[accepted])
            moved[places] = clamped
        return codes, moved

    def _of_text(self, text: str) -> int:
        """Returns the code of a text; a category is tried first, since ``NA`` may be one."""
        trimmed = text.strip()
        code = self._labels.get(text, self._labels.get(trimmed))
        if code is None and self.column.kind == "boolean":
            code = _BOOLEANS.get(trimmed.lower())
        if code is None:
            code = self._null if trimmed in NULL_SPELLINGS else _UNKNOWN
        return code

    def _of_null(self) -> int:
        return self._null if self.column.missing else self._labels.get("", _MISFIT)


def arrow_type(column: Column) -> pa.DataType:
    """Returns the type of a column's values: int64, double, date32, bool or string."""
    types = {"integer": pa.int64(), "real": pa.float64(), "date": pa.date32(), "boolean": pa.bool_()}
    return types.get(column.kind, pa.string())


def decode(codes: Codes, column: Column, rng: np.random.Generator) -> pa.Array:
    """Returns values of a column for its codes, drawn uniformly from the cells of numbers and dates.

    Args:
        codes: int32 ``(n,)``.
        column: which values there are.
        rng: draws the values inside cells that hold more than one.

    Returns:
        ``(n,)`` of :func:`arrow_type`, null for the code of the null.
    """
    null = codes == column.num_values
    present = np.where(null, 0, codes)
    if not column.is_numeric:
        labels = pa.array(column.labels, pa.string()).cast(arrow_type(column))
        return labels.take(pa.array(present, mask=null))
    low, high = column.cell_bounds(present)
    drawn: Numbers
    if column.kind == "real":
        drawn = _real_inside(low, high, present == column.num_values - 1, rng)
    else:
        drawn = rng.integers(low, high, endpoint=True)
    if column.kind == "date":
        drawn = drawn.astype("datetime64[D]")
    return pa.array(drawn, arrow_type(column), mask=null)


def _real_inside(
    low: NDArray[np.float64], high: NDArray[np.float64], last: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draws numbers from half-open intervals; the last one's upper end is a value too."""
    share = rng.random(len(low))
    highest = np.where(last, high, np.nextafter(high, low))
    # rounding may reach the upper end, which is the next cell's
    return np.clip(low + share * (high - low), low, highest)
