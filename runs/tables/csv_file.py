"""A CSV file, plain or gzipped, read by batches and checked where pyarrow is lenient."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, cast

import pyarrow as pa
import pyarrow.csv as pa_csv

from runs.tables.fault import PrivateDataError
from runs.tables.quotes import WatchedStream

BLOCK_BYTES = 4 * 2**20
"""The text that one batch is read from; no row may be longer."""


class CsvFile:
    """A CSV file with a header, its values separated by commas and quoted by ``"``.

    Attributes:
        path: where the file is; gzipped if its name ends in ``.gz``.
        names: of the columns, without the spaces around them.
        num_rows: None, since only reading tells.
    """

    num_rows: int | None = None

    def __init__(self, path: Path) -> None:
        """Reads the header.

        Raises:
            PrivateDataError: when there is none.
        """
        self.path = path
        with closing(self._rows()) as rows:
            _, self._header = next(rows, (1, []))
        if not self._header:
            raise PrivateDataError(f"{str(path)!r} has no header; its first line must name the columns")
        self.names = tuple(name.strip() for name in self._header)

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yields the rows of some columns as texts; nothing between two commas is null.

        Raises:
            PrivateDataError: naming the line that is ragged, not UTF-8 or wrongly quoted, or the gzip that is damaged.
        """
        with self._opened() as file:
            watched = WatchedStream(file)
            try:
                with pa_csv.open_csv(pa.PythonFile(watched, mode="r"), **self._options(names)) as reader:
                    for batch in reader:
                        yield batch.rename_columns(list(names))
            except pa.ArrowInvalid as error:
                self._check_structure()
                reason = str(error).splitlines()[0]
                raise PrivateDataError(f"{str(self.path)!r} cannot be read as CSV: {reason}; save it again") from error
        if watched.suspicious:
            self._check_structure()

    def place(self, row: int) -> str:
        """Returns the line on which row ``row`` starts.

        Raises:
            PrivateDataError: when the structure breaks before it, so that the row itself is in doubt.
        """
        with closing(self._rows()) as rows:
            next(rows)
            line = next(line for position, (line, _) in enumerate(rows) if position == row)
        return f"line {line}"

    def _options(self, names: Sequence[str]) -> dict[str, object]:
        columns = [self._header[self.names.index(name)] for name in names]
        # in a table of one column an empty line is a row whose value is missing
        parse = pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=len(self._header) > 1)
        convert = pa_csv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )
        read = pa_csv.ReadOptions(block_size=BLOCK_BYTES)
        return {"read_options": read, "parse_options": parse, "convert_options": convert}

    def _check_structure(self) -> None:
        with closing(self._rows()) as rows:
            for _ in rows:
                pass

    def _rows(self) -> Generator[tuple[int, list[str]]]:
        """Yields line and values of every row, the header's first, and refuses the first that breaks a rule."""
        line, width = 1, 0
        with self._opened() as file:
            # bytes that are not UTF-8 become surrogates, so that the line they stand on can be named
            rows = csv.reader(io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline=""), strict=True)
            try:
                for row in rows:
                    if row or width <= 1:
                        self._check_row(row, line, width)
                        width = width or len(row)
                        yield line, row
                    line = rows.line_num + 1
            except csv.Error as error:
                raise self._fault(line, f'broken quoting ({error}); close every " and write one inside as ""') from None

    def _check_row(self, row: list[str], line: int, width: int) -> None:
        if any(not value.isascii() and _has_surrogate(value) for value in row):
            raise self._fault(line, "the text is not UTF-8; save the file as UTF-8")
        if row and width and len(row) != width:
            fault = f"the number of values is {len(row)}, in the header {width}; give every row as many"
            raise self._fault(line, fault)

    def _fault(self, line: int, fault: str) -> PrivateDataError:
        return PrivateDataError(f"{str(self.path)!r}, line {line}: {fault}")

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        zipped = self.path.suffix.lower() == ".gz"
        try:
            with gzip.open(self.path) if zipped else self.path.open("rb") as file:
                yield cast("IO[bytes]", file)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise PrivateDataError(f"{str(self.path)!r} is no whole gzip file: {error}; compress it again") from error


def _has_surrogate(value: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in value)
