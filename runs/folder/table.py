"""The evaluation table: one row per candidate, in Parquet parts of a fixed number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from engine.individual import Record
from engine.protocols import Objective
from runs.folder.atomic import FORMAT, FORMAT_KEY, check_format, write_atomically

PART_ROWS = 50_000

_MAPS = ("metrics", "stages")


def table_schema(objectives: Sequence[Objective]) -> pa.Schema:
    """Returns the schema: fixed columns and one per objective, with its unit in the field's metadata."""
    name = pa.dictionary(pa.int32(), pa.string())
    fields = [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("parents", pa.list_(pa.int64())),
        pa.field("epoch", pa.int32()),
        pa.field("island", pa.int32()),
        pa.field("operator", name),
        pa.field("genome", pa.string()),
        pa.field("status", name),
        pa.field("protocol", name),
        pa.field("figure", pa.float64()),
        pa.field("cause", pa.string()),
        pa.field("duplicate_of", pa.int64()),
        pa.field("metrics", pa.map_(pa.string(), pa.float64())),
        pa.field("seconds", pa.float64(), metadata={"unit": "s"}),
        pa.field("stages", pa.map_(pa.string(), pa.float64()), metadata={"unit": "s"}),
        *objective_fields(objectives),
    ]
    return pa.schema(fields, metadata={FORMAT_KEY: str(FORMAT)})


def objective_fields(objectives: Sequence[Objective]) -> list[pa.Field]:
    """Returns one column per objective; a row that was not scored holds null there."""
    return [
        pa.field(o.name, pa.float64(), metadata={"unit": o.unit, "log_scale": str(o.log_scale).lower()})
        for o in objectives
    ]


class EvaluationTable:
    """A growing table on the disk; part k holds rows k * PART_ROWS and on, so equal runs have equal parts.

    Attributes:
        folder: the directory of the parts.
    """

    def __init__(self, folder: Path, objectives: Sequence[Objective], rows: int = 0) -> None:
        """Opens the table at its first ``rows`` rows; whatever lies beyond them on the disk is dropped.

        Raises:
            ValueError: when the parts on the disk hold fewer rows.
        """
        self.folder = folder
        self._schema = table_schema(objectives)
        self._objectives = [objective.name for objective in objectives]
        self._complete, self._tail = self._restored(rows)
        self._pending: list[Record] = []

    @property
    def rows(self) -> int:
        """Number of rows appended so far; they are on the disk after :meth:`flush`."""
        return self._complete * PART_ROWS + len(self._tail) + len(self._pending)

    def append(self, records: Sequence[Record]) -> None:
        """Adds rows, writing each part that they complete."""
        for record in records:
            self._pending.append(record)
            if len(self._tail) + len(self._pending) == PART_ROWS:
                self.flush()
                self._complete, self._tail = self._complete + 1, self._schema.empty_table()

    def flush(self) -> None:
        """Writes the rows that do not fill a part yet; a longer part replaces this one later."""
        if not self._pending:
            return
        tail = pa.concat_tables([self._tail, self._as_table(self._pending)])
        write_parquet(tail, part_path(self.folder, self._complete))
        self._tail, self._pending = tail, []

    def _restored(self, rows: int) -> tuple[int, pa.Table]:
        complete, remainder = divmod(rows, PART_ROWS)
        wanted = complete + (remainder > 0)
        paths = part_paths(self.folder)
        if len(paths) < wanted:
            raise ValueError(
                f"{str(self.folder)!r} holds {len(paths)} parts, its checkpoint needs {wanted}; restore them"
            )
        for path in paths[wanted:]:
            path.unlink()
        if not remainder:
            return complete, self._schema.empty_table()
        stored = read_parquet(paths[complete])
        if len(stored) < remainder:
            raise ValueError(
                f"{str(paths[complete])!r} holds {len(stored)} rows, its checkpoint needs {remainder}; restore it"
            )
        tail = stored.slice(0, remainder).cast(self._schema)
        if len(stored) > remainder:
            write_parquet(tail, paths[complete])
        return complete, tail

    def _as_table(self, records: Sequence[Record]) -> pa.Table:
        columns: dict[str, list[Any]] = {
            name: [getattr(record, name) for record in records]
            for name in self._schema.names
            if name not in (*self._objectives, "status", *_MAPS)
        }
        columns["status"] = [record.status.name.lower() for record in records]
        for name in _MAPS:
            columns[name] = [list(getattr(record, name).items()) for record in records]
        for position, name in enumerate(self._objectives):
            columns[name] = [r.objectives[position] if r.objectives else None for r in records]
        return pa.table(columns, schema=self._schema)


def part_path(folder: Path, part: int) -> Path:
    """Returns the file of one part."""
    return folder / f"part-{part:06d}.parquet"


def part_paths(folder: Path) -> list[Path]:
    """Returns the parts in the order of their rows.

    Raises:
        ValueError: when a part between the first and the last is missing.
    """
    paths = sorted(folder.glob("part-*.parquet"))
    for part, path in enumerate(paths):
        if path != part_path(folder, part):
            raise ValueError(f"{str(part_path(folder, part))!r} is missing from the run; restore it to open the run")
    return paths


def read_parquet(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Reads a Parquet file of a run.

    Raises:
        ValueError: naming the file when it is truncated, no Parquet, of a newer format or not of a run.
    """
    try:
        file = pq.ParquetFile(path)
        found = (file.schema_arrow.metadata or {}).get(FORMAT_KEY.encode(), b"")
        check_format(int(found) if found.isdigit() else None, path)
        return file.read(columns)
    except FileNotFoundError:
        raise ValueError(f"{str(path)!r} is missing from the run; restore it to open the run") from None
    except (pa.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{str(path)!r} is truncated or no Parquet file ({reason}); restore it") from error


def write_parquet(table: pa.Table, path: Path) -> None:
    """Writes a Parquet file atomically.

    Raises:
        ValueError: when the disk is full.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_atomically(path, sink.getvalue().to_pybytes())
