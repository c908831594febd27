"""A table in a file, whatever its format: names, and rows by batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from runs.tables.arrow_file import FeatherFile, ParquetFile
from runs.tables.csv_file import CsvFile
from runs.tables.fault import PrivateDataError


class TableFile(Protocol):
    """What the formats have in common.

    Attributes:
        path: where the file is.
        names: of the columns, in the file's order, without duplicates.
        num_rows: how many rows there are, None where only reading to the end tells.
    """

    path: Path
    names: tuple[str, ...]
    num_rows: int | None

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yields the rows of some columns, in the order of ``names``; every value of a CSV is a text or null.

        Raises:
            PrivateDataError: when the file is damaged, ragged, or not what its extension says.
        """

    def place(self, row: int) -> str:
        """Returns where row ``row`` (from 0) is, in words: ``line 7`` of a CSV, ``row 6`` of other formats."""


_FORMATS: dict[str, Callable[[Path], TableFile]] = {
    ".csv": CsvFile,
    ".csv.gz": CsvFile,
    ".parquet": ParquetFile,
    ".feather": FeatherFile,
    ".arrow": FeatherFile,
}


def open_table(path: Path) -> TableFile:
    """Opens a table by its extension and reads its header.

    Raises:
        PrivateDataError: when there is no such file, it cannot be read, its extension is unknown, or its header is
            missing, broken or names a column twice.
    """
    endings = "".join(path.suffixes[-2:]).lower(), path.suffix.lower()
    found = next((_FORMATS[ending] for ending in endings if ending in _FORMATS), None)
    if found is None:
        known = ", ".join(_FORMATS)
        raise PrivateDataError(f"{str(path)!r} has no extension of a table; save the data as one of {known}")
    if not path.is_file():
        fault = "is a folder" if path.is_dir() else "does not exist"
        raise PrivateDataError(f"{str(path)!r} {fault}; give the path of a file with the data")
    try:
        opened = found(path)
    except OSError as error:
        raise PrivateDataError(f"{str(path)!r} cannot be read: {error.strerror}; check its permissions") from error
    _check_names(path, opened.names)
    return opened


def _check_names(path: Path, names: tuple[str, ...]) -> None:
    for position, name in enumerate(names, 1):
        if not name:
            raise PrivateDataError(f"{str(path)!r}: column {position} of the header has no name; give it one")
        if names.index(name) < position - 1:
            first = names.index(name) + 1
            raise PrivateDataError(f"{str(path)!r}: columns {first} and {position} are both named {name!r}; rename one")
