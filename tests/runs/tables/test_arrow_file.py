from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from runs.tables import arrow_file
from runs.tables.arrow_file import FeatherFile, ParquetFile
from runs.tables.fault import PrivateDataError

_TABLE = pa.table({"a.b": np.arange(1000), "text": ["x", None] * 500, "a": [{"b": 3}] * 1000})


def _opened(folder: Path, kind: str) -> ParquetFile | FeatherFile:
    path = folder / f"data.{kind}"
    if kind == "parquet":
        pq.write_table(_TABLE, path)
        return ParquetFile(path)
    feather.write_feather(_TABLE, str(path), chunksize=300)
    return FeatherFile(path)


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_rows_come_by_batches_and_columns_in_the_order_asked_for(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow_file, "BATCH_ROWS", 300)
    file = _opened(tmp_path, kind)
    assert (file.names, file.num_rows) == (("a.b", "text", "a"), 1000)
    batches = list(file.batches(["text", "a.b"]))
    assert len(batches) == 4
    assert pa.Table.from_batches(batches).equals(_TABLE.select(["text", "a.b"]))


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_rows_are_counted_from_one(tmp_path: Path, kind: str) -> None:
    assert _opened(tmp_path, kind).place(41) == "row 42"


@pytest.mark.parametrize(("kind", "name"), [("parquet", "Parquet"), ("feather", "Feather version 2")])
def test_what_is_damaged_is_named(tmp_path: Path, kind: str, name: str) -> None:
    path = _opened(tmp_path, kind).path
    whole = path.read_bytes()
    for content in (b"", b"PAR1", b"FEA1" * 20, whole[:-20], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(PrivateDataError, match=rf"data\.{kind}' is damaged or no {name}: .*; save it again"):
            (ParquetFile if kind == "parquet" else FeatherFile)(path)


def test_damage_inside_is_found_while_reading(tmp_path: Path) -> None:
    file = _opened(tmp_path, "parquet")
    content = bytearray(file.path.read_bytes())
    content[4:400] = bytes(396)
    file.path.write_bytes(content)
    with pytest.raises(PrivateDataError, match="is damaged or no Parquet"):
        list(file.batches(["a.b"]))
