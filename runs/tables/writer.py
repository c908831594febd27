"""A synthetic table to a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import tomli_w

from runs.folder.atomic import FORMAT, FORMAT_KEY, write_atomically
from runs.tables.codes import arrow_type, decode
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema, schema_data

SCHEMA_KEY = "primordia.schema"
"""The key of a Parquet file's metadata under which the schema stands as TOML."""

OUTPUT_EXTENSIONS = (".parquet", ".csv")

BLOCK_ROWS = 65_536


def check_output(path: Path) -> None:
    """Checks that a table can be written under a name, which a run does before it spends anything.

    Raises:
        ValueError: for an extension that is not of ``OUTPUT_EXTENSIONS``.
    """
    if path.suffix.lower() not in OUTPUT_EXTENSIONS:
        wanted = " or ".join(OUTPUT_EXTENSIONS)
        raise ValueError(f"{str(path)!r} has no extension that a synthetic table is written as; end it in {wanted}")


def write_table(path: Path, codes: Codes, schema: Schema, rng: np.random.Generator) -> None:
    """Writes a table of values, wholly or not at all.

    Nulls are empty in a CSV, where texts are quoted; Parquet carries the schema in its metadata.

    Args:
        path: ends in .parquet or .csv.
        codes: int32 ``(num_rows, num_columns)``.
        schema: which values the codes stand for.
        rng: draws numbers and dates from cells that hold more than one.

    Raises:
        ValueError: for another extension, or when the file cannot be written.
    """
    check_output(path)
    metadata = {FORMAT_KEY: str(FORMAT), SCHEMA_KEY: tomli_w.dumps(schema_data(schema))}
    types = pa.schema([(column.name, arrow_type(column)) for column in schema.columns], metadata)
    sink = pa.BufferOutputStream()
    with _writer(path, sink, types) as writer:
        for start in range(0, len(codes), BLOCK_ROWS):
            block = codes[start : start + BLOCK_ROWS]
            arrays = [decode(block[:, index], column, rng) for index, column in enumerate(schema.columns)]
            writer.write_batch(pa.record_batch(arrays, schema=types))
    write_atomically(path, sink.getvalue())


def _writer(path: Path, sink: pa.BufferOutputStream, types: pa.Schema) -> pq.ParquetWriter | pa_csv.CSVWriter:
    if path.suffix.lower() == ".parquet":
        return pq.ParquetWriter(sink, types, compression="zstd")
    return pa_csv.CSVWriter(sink, types, write_options=pa_csv.WriteOptions(quoting_style="needed"))
