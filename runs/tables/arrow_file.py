"""Parquet and Feather files, read by batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from runs.tables.fault import PrivateDataError

BATCH_ROWS = 65_536


class ParquetFile:
    """A Parquet file.

    Attributes:
        path: where the file is.
        names: of its columns.
        num_rows: as its footer says.
    """

    def __init__(self, path: Path) -> None:
        """Reads the footer.

        Raises:
            PrivateDataError: when it is not Parquet.
        """
        self.path = path
        with _damage_named(path, "Parquet"), pq.ParquetFile(path) as file:
            self.names = tuple(file.schema_arrow.names)
            self.num_rows: int | None = file.metadata.num_rows

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yields the rows of some columns.

        Raises:
            PrivateDataError: when the file is damaged.
        """
        with _damage_named(self.path, "Parquet"), pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=list(names)):
                yield batch.select(list(names))

    def place(self, row: int) -> str:
        """Returns the number of a row, counted from 1."""
        return f"row {row + 1}"


class FeatherFile:
    """A Feather file of version 2, which is Arrow's own format.

    Attributes:
        path: where the file is.
        names: of its columns.
        num_rows: of all its batches.
    """

    def __init__(self, path: Path) -> None:
        """Reads the footer.

        Raises:
            PrivateDataError: when it is not Feather version 2.
        """
        self.path = path
        with _damage_named(path, "Feather version 2"), self._opened() as file:
            self.names = tuple(file.schema.names)
            self.num_rows: int | None = file.count_rows()

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yields the rows of some columns.

        Raises:
            PrivateDataError: when the file is damaged.
        """
        with _damage_named(self.path, "Feather version 2"), self._opened() as file:
            for index in range(file.num_record_batches):
                yield file.get_batch(index).select(list(names))

    def place(self, row: int) -> str:
        """Returns the number of a row, counted from 1."""
        return f"row {row + 1}"

    @contextmanager
    def _opened(self) -> Iterator[pa.RecordBatchFileReader]:
        with pa.memory_map(str(self.path)) as mapped:
            yield pa.ipc.open_file(mapped)


@contextmanager
def _damage_named(path: Path, name: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise PrivateDataError(f"{str(path)!r} is damaged or no {name}: {reason}; save it again") from error
