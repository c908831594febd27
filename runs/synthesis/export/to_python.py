"""Export to Python: a module that loads the table as Arrow, pandas or NumPy, with its schema and evidence."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa

from runs.folder.atomic import failure_named, write_atomically
from runs.synthesis.export.evidence import facts, header, literal, schema_literal
from runs.synthesis.export.module_text import execute, module_text
from runs.synthesis.run import SynthesisRun
from runs.tables.codes import Encoder

SUFFIX = ".py"

_LOADED = "loaded.arrow"

_DRIVER = f"""
import numpy, pyarrow

table = exported.load_arrow()
arrays = exported.load_numpy()
for name, values in arrays.items():
    masks = numpy.ma.getmaskarray(values)
    again = pyarrow.array(numpy.ma.getdata(values), table.schema.field(name).type, mask=masks)
    if not table.column(name).equals(pyarrow.chunked_array([again])):
        raise SystemExit(f"load_numpy differs from load_arrow in column {{name!r}}")
with pyarrow.OSFile({_LOADED!r}, "wb") as file, pyarrow.ipc.new_file(file, table.schema) as writer:
    writer.write_table(table)
"""

_PANDAS = """
frame = exported.load_pandas()
for name in table.column_names:
    values = frame[name].astype("string") if "categories" in exported.SCHEMA["columns"][name] else frame[name]
    again = pyarrow.array(values, table.schema.field(name).type, from_pandas=True)
    again = again if isinstance(again, pyarrow.ChunkedArray) else pyarrow.chunked_array([again])
    if not table.column(name).equals(again):
        raise SystemExit(f"load_pandas differs from load_arrow in column {name!r}")
"""


def write(run: SynthesisRun, path: Path) -> None:
    """Writes the module, and the data beside it when it does not go into the run folder.

    Args:
        run: with a table.
        path: the file to create.

    Raises:
        ValueError: when the module does not give the table cell by cell, or the data cannot be placed beside it.
    """
    data = run.table_path
    is_beside = path.parent.resolve() == run.path.resolve()
    beside = data if is_beside else path.with_suffix(data.suffix)
    if not is_beside and beside.exists():
        raise ValueError(f"{str(beside)!r}, where the data go, exists and is not overwritten; give another file name")
    with failure_named(data), data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    text = source(run, beside.name, digest)
    check(run, source(run, data.name, digest))
    if not is_beside:
        with failure_named(beside):
            shutil.copyfile(data, beside)
    write_atomically(path, text.encode())


def source(run: SynthesisRun, data_file: str, digest: str) -> str:
    """Returns the text of the module.

    Args:
        run: with a table.
        data_file: the name of the data file beside it.
        digest: SHA-256 of the data file.
    """
    evidence = facts(run)
    columns = len(run.schema.columns)
    title = f"{data_file}: a synthetic table of {evidence['rows']:,} rows and {columns} columns, made by Primordia."
    verified = "load_arrow, load_numpy and (where installed) load_pandas were compared cell by cell with the run"
    data = {
        "DATA_FILE": repr(data_file),
        "DATA_SHA256": repr(digest),
        "SCHEMA": schema_literal(run),
        "EVIDENCE": literal(evidence),
    }
    return module_text(header(title, evidence, {"verified": verified}), data, "loader")


def check(run: SynthesisRun, text: str) -> None:
    """Executes the module and compares what it loads with the run's codes, cell by cell.

    Raises:
        ValueError: when it does not run, or a cell differs.
    """
    driver = _DRIVER + (_PANDAS if importlib.util.find_spec("pandas") else "")
    loaded = execute(text, driver, [run.table_path], [_LOADED])[_LOADED]
    table = pa.ipc.open_file(pa.BufferReader(loaded)).read_all()
    if table.num_rows != len(run.codes) or tuple(table.column_names) != run.schema.names:
        raise ValueError(f"{str(run.table_path)!r} has other rows or columns than the run; restore it")
    for place, column in enumerate(run.schema.columns):
        values = table.column(place).combine_chunks()
        codes, _ = Encoder(column).encode(pa.concat_arrays(values.chunks) if hasattr(values, "chunks") else values)
        if not np.array_equal(codes, run.codes[:, place]):
            raise ValueError(f"column {column.name!r} of {str(run.table_path)!r} is not the run's; restore it")
