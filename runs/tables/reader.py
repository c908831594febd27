"""A table in a file to codes under a schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from runs.tables.codes import Encoder, MisfitError
from runs.tables.fault import PrivateDataError, quoted
from runs.tables.memory import available_bytes
from runs.tables.table_file import TableFile, open_table
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.nearest import nearest
from search_spaces.synthetic_data.schema import Schema

_CODE_BYTES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A private table as codes; all of it is private.

    Attributes:
        codes: int32 ``(num_rows, num_columns)``, in the schema's order, not writeable.
        clamped: by column, how many values were clamped to the range or became the category ``other``, where any did.
    """

    codes: Codes
    clamped: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class CodeBlock:
    """Some rows of a private table as codes.

    Attributes:
        columns: the codes of each column ``(num_rows,)``, of the smallest signed integer type that holds them.
        clamped: for each column, how many values had to be moved.
    """

    columns: tuple[NDArray[Any], ...]
    clamped: tuple[int, ...]

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0])


def column_names(path: Path) -> tuple[str, ...]:
    """Returns the names of a file's columns, which are not private if the schema is not.

    Raises:
        PrivateDataError: as :func:`read_codes` does for the file and its header.
    """
    return open_table(path).names


def read_codes(path: Path, schema: Schema, ignored: Collection[str] = ()) -> Encoded:
    """Reads a table and turns its values into codes.

    Args:
        path: a CSV (gzipped if it ends in .gz), Parquet or Feather file.
        schema: which columns there are, and which values of each.
        ignored: columns of the file that are left out.

    Raises:
        PrivateDataError: naming file, line or row, column, rule, value and cure for a file that cannot be read, a
            column too many or too few, a value that the schema does not allow, or too little memory.
    """
    file = open_table(path)
    blocks: list[CodeBlock] = []
    num_rows = 0
    for block in _encoded(file, schema, ignored):
        blocks.append(block)
        num_rows += block.num_rows
        _check_memory(file, num_rows, len(schema.columns))
    codes = _joined(blocks, num_rows, len(schema.columns))
    for index, column in enumerate(schema.columns):
        if column.unique:
            _check_unique(file, column, codes[:, index])
    clamped = {name: sum(block.clamped[index] for block in blocks) for index, name in enumerate(schema.names)}
    return Encoded(codes, {name: count for name, count in clamped.items() if count})


def read_blocks(path: Path, schema: Schema, ignored: Collection[str] = ()) -> Iterator[CodeBlock]:
    """Yields the codes of a table block by block, so that the table need not fit into memory.

    Raises:
        PrivateDataError: as :func:`read_codes` does, but memory and repeated values of unique columns are not checked.
    """
    return _encoded(open_table(path), schema, ignored)


def _encoded(file: TableFile, schema: Schema, ignored: Collection[str]) -> Iterator[CodeBlock]:
    _check_columns(file, schema, ignored)
    encoders = [Encoder(column) for column in schema.columns]
    start = 0
    for batch in file.batches(schema.names):
        pairs = [_encode(file, encoder, values, start) for encoder, values in zip(encoders, batch.columns, strict=True)]
        yield CodeBlock(tuple(codes for codes, _ in pairs), tuple(clamped for _, clamped in pairs))
        start += batch.num_rows


def _encode(file: TableFile, encoder: Encoder, values: pa.Array, start: int) -> tuple[NDArray[Any], int]:
    try:
        return encoder.encode(values)
    except MisfitError as error:
        where = f"{str(file.path)!r}, {file.place(start + error.row)}"
        raise PrivateDataError(f"{where}: column {encoder.column.name!r} {error}") from None
    except ValueError as error:
        raise PrivateDataError(f"{str(file.path)!r}: column {encoder.column.name!r} {error}") from None


def _check_columns(file: TableFile, schema: Schema, ignored: Collection[str]) -> None:
    for name in (*schema.names, *ignored):
        if name not in file.names:
            cure = "correct the schema, or add the column to the data"
            raise PrivateDataError(f"{str(file.path)!r} has no column {name!r} ({nearest(name, file.names)}); {cure}")
    for name in file.names:
        if name not in schema.names and name not in ignored:
            cure = f"add [columns.{name}] to the schema, or leave the column out of the data"
            raise PrivateDataError(f"{str(file.path)!r} has a column {name!r} that the schema does not know; {cure}")


def _check_memory(file: TableFile, num_rows: int, num_columns: int) -> None:
    """Refuses a table before its codes are allocated, as soon as it is known to be too large."""
    expected = max(num_rows, file.num_rows or 0)
    needed, available = expected * num_columns * _CODE_BYTES, available_bytes()
    if available is not None and needed > available:
        raise PrivateDataError(
            f"{str(file.path)!r} needs {needed / 2**30:,.1f} GiB of memory for {expected:,} rows or more, "
            f"{available / 2**30:,.1f} GiB are free; give fewer rows or columns, or use a larger machine"
        )


def _joined(blocks: list[CodeBlock], num_rows: int, num_columns: int) -> Codes:
    codes = np.empty((num_rows, num_columns), dtype=np.int32)
    start = 0
    for block in blocks:
        for index, column in enumerate(block.columns):
            codes[start : start + block.num_rows, index] = column
        start += block.num_rows
    codes.flags.writeable = False
    return codes


def _check_unique(file: TableFile, column: Column, codes: Codes) -> None:
    """Refuses a value that occurs twice, as far as a code stands for one value alone."""
    order = np.argsort(codes, kind="stable")
    repeated = order[1:][codes[order[1:]] == codes[order[:-1]]]
    if column.is_numeric:
        low, high = column.cell_bounds(codes[repeated])
        repeated = repeated[low == high]
    if len(repeated):
        row = int(repeated.min())
        where, value = f"{str(file.path)!r}, {file.place(row)}", column.label(codes[row])
        rule = f"column {column.name!r} is unique, but {quoted(value)} occurs before"
        raise PrivateDataError(f"{where}: {rule}; correct it, or set unique = false in the schema")
