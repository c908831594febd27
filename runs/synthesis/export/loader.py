"""The code of an exported module that loads a synthetic table; this module itself is never imported elsewhere."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import Any

DATA_FILE = ""
DATA_SHA256 = ""
SCHEMA: dict[str, Any] = {}

# what follows stands in every export


def load_arrow() -> Any:
    """Returns the table as a pyarrow.Table: int64, double, date32, bool and string columns; a null is missing."""
    import pyarrow.parquet

    path = _checked_path()
    if path.suffix == ".csv":
        return _read_csv(path)
    return pyarrow.parquet.ParquetFile(path).read()


def load_numpy() -> dict[str, Any]:
    """Returns a NumPy array per column, a masked one where the schema allows missing values.

    Integers are int64, reals float64, dates datetime64[D], booleans bool and texts objects.
    """
    table = load_arrow()
    return {name: _array(table.column(name), column) for name, column in SCHEMA["columns"].items()}


def load_pandas() -> Any:
    """Returns the table as a pandas.DataFrame: categories with all their values, nullable integers and booleans."""
    import pandas
    import pyarrow

    types = {pyarrow.int64(): pandas.Int64Dtype(), pyarrow.bool_(): pandas.BooleanDtype()}
    frame = load_arrow().to_pandas(types_mapper=types.get, date_as_object=False)
    for name, column in SCHEMA["columns"].items():
        if "categories" in column:
            is_ordered = column["kind"] == "ordinal"
            frame[name] = pandas.Categorical(frame[name], column["categories"], ordered=is_ordered)
    return frame


def _checked_path() -> Path:
    """Returns the data file, which lies beside this module, once it is known to be the one that belongs to it."""
    path = Path(__file__).resolve().with_name(DATA_FILE)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    if digest.hexdigest() != DATA_SHA256:
        raise ValueError(f"{path} was changed since this module was written: its SHA-256 is not {DATA_SHA256}")
    return path


def _read_csv(path: Path) -> Any:
    import pyarrow
    from pyarrow import csv

    numbers = {"integer": pyarrow.int64(), "real": pyarrow.float64()}
    kinds = {**numbers, "date": pyarrow.date32(), "boolean": pyarrow.bool_()}
    columns = SCHEMA["columns"]
    return csv.read_csv(
        path,
        # a missing value of a table of one column is an empty line
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=len(columns) > 1),
        convert_options=csv.ConvertOptions(
            column_types={name: kinds.get(column["kind"], pyarrow.string()) for name, column in columns.items()},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _array(values: Any, column: dict[str, Any]) -> Any:
    import numpy

    empty = {"integer": 0, "real": 0.0, "boolean": False, "date": datetime.date(1970, 1, 1)}
    filled = values.fill_null(empty.get(column["kind"], "")).to_numpy()
    if column["kind"] == "date":
        filled = filled.astype("datetime64[D]")
    if not column.get("missing"):
        return filled
    return numpy.ma.masked_array(filled, values.is_null().to_numpy())
