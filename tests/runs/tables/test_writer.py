import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from runs.tables import writer
from runs.tables.codes import decode
from runs.tables.reader import read_codes
from runs.tables.writer import check_output, write_table
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema, schema_from_data
from tests.runs.tables.examples import EVERY_KIND, random_codes


@pytest.mark.parametrize("extension", [".csv", ".parquet"])
@pytest.mark.parametrize("num_rows", [0, 1, 5000])
def test_what_is_written_has_the_same_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: str, num_rows: int
) -> None:
    monkeypatch.setattr(writer, "BLOCK_ROWS", 999)
    path, codes = tmp_path / f"table{extension}", random_codes(EVERY_KIND, num_rows)
    write_table(path, codes, EVERY_KIND, np.random.default_rng(1))
    found = read_codes(path, EVERY_KIND)
    assert np.array_equal(found.codes, codes)
    assert found.clamped == {}
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_parquet_has_the_types_and_the_schema(tmp_path: Path) -> None:
    path, codes = tmp_path / "table.parquet", random_codes(EVERY_KIND, 50)
    write_table(path, codes, EVERY_KIND, np.random.default_rng(1))
    table = pq.read_table(path)
    rng = np.random.default_rng(1)
    for index, column in enumerate(EVERY_KIND.columns):
        assert table.column(index).combine_chunks().equals(decode(codes[:, index], column, rng))
    assert table.schema.metadata[b"primordia.format"] == b"1"
    data = tomllib.loads(table.schema.metadata[b"primordia.schema"].decode())
    assert schema_from_data(data, "metadata") == EVERY_KIND


def test_pandas_reads_the_csv(tmp_path: Path) -> None:
    codes = random_codes(EVERY_KIND, 200)
    for extension in (".csv", ".parquet"):
        write_table(tmp_path / f"table{extension}", codes, EVERY_KIND, np.random.default_rng(1))
    found = pd.read_csv(tmp_path / "table.csv", keep_default_na=False, na_values={"age": [""], "share": [""]})
    expected = pd.read_parquet(tmp_path / "table.parquet")
    for name in ("age", "far", "share", "constant", "id"):
        assert np.array_equal(found[name], expected[name], equal_nan=True)
    text = expected["text, awkward"].fillna("").tolist()
    assert found["text, awkward"].tolist() == text
    assert found["born"].tolist() == ["" if day is None else str(day) for day in expected["born"]]


def test_one_column_of_nulls_survives_as_csv(tmp_path: Path) -> None:
    schema = Schema((Column("a", "boolean", missing=True),))
    codes = np.array([[2], [0], [2], [2]], np.int32)
    write_table(tmp_path / "table.csv", codes, schema, np.random.default_rng(0))
    assert read_codes(tmp_path / "table.csv", schema).codes.tolist() == codes.tolist()


@pytest.mark.parametrize("name", ["table.xlsx", "table", "table.csv.gz"])
def test_another_extension_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        ValueError, match=r"has no extension that a synthetic table is written as; end it in \.parquet or"
    ):
        check_output(tmp_path / name)
    with pytest.raises(ValueError, match="has no extension"):
        write_table(tmp_path / name, random_codes(EVERY_KIND, 1), EVERY_KIND, np.random.default_rng(0))


def test_a_file_that_cannot_be_written_leaves_the_former_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"table\.csv' cannot be written: No such file"):
        write_table(tmp_path / "no" / "table.csv", random_codes(EVERY_KIND, 1), EVERY_KIND, np.random.default_rng(0))
    path = tmp_path / "table.csv"
    path.write_text("former")
    with pytest.raises(IndexError):
        write_table(path, np.full((1, 9), 10**6, np.int32), EVERY_KIND, np.random.default_rng(0))
    assert path.read_text() == "former"
