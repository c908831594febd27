from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from runs.tables import csv_file, reader
from runs.tables.fault import PrivateDataError
from runs.tables.reader import column_names, read_blocks, read_codes
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema
from tests.runs.tables.examples import ADULT

_SCHEMA = Schema(
    (
        Column("age", "integer", lower=17, upper=90, outside="clamp"),
        Column("sex", "categorical", ("Female", "Male"), missing=True),
        Column("born", "date", lower="1999-01-01", upper="2000-12-31"),
    )
)
_ROWS = pd.DataFrame(
    {"age": [17, 95, 18, 3], "sex": ["Male", None, "Female", "Male"], "born": ["1999-01-01", "1999-01-03"] * 2}
)
_CODES = [[0, 1, 0], [73, 2, 2], [1, 0, 0], [0, 1, 2]]

_WRITERS: dict[str, Callable[[Path], object]] = {
    "data.csv": lambda path: _ROWS.to_csv(path, index=False),
    "data.csv.gz": lambda path: _ROWS.to_csv(path, index=False),
    "data.parquet": lambda path: _ROWS.to_parquet(path, index=False),
    "data.feather": lambda path: feather.write_feather(pa.Table.from_pandas(_ROWS), str(path)),
}


def _csv(folder: Path, content: str) -> Path:
    path = folder / "data.csv"
    path.write_text(content)
    return path


@pytest.mark.parametrize("name", _WRITERS)
def test_every_format_gives_the_same_codes(tmp_path: Path, name: str) -> None:
    _WRITERS[name](tmp_path / name)
    assert column_names(tmp_path / name) == ("age", "sex", "born")
    found = read_codes(tmp_path / name, _SCHEMA)
    assert found.codes.tolist() == _CODES
    assert found.clamped == {"age": 2}
    assert (found.codes.dtype, found.codes.flags.c_contiguous, found.codes.flags.writeable) == (np.int32, True, False)


def test_columns_come_in_the_order_of_the_schema(tmp_path: Path) -> None:
    path = _csv(tmp_path, "born,age,sex\n1999-01-02, 20, Male\n")
    assert read_codes(path, _SCHEMA).codes.tolist() == [[3, 1, 1]]


def test_columns_are_left_out_only_on_request(tmp_path: Path) -> None:
    path = _csv(tmp_path, "age,name,sex,born\n20,Ann,Female,1999-01-01\n")
    with pytest.raises(
        PrivateDataError, match=r"has a column 'name' that the schema does not know; add \[columns.name"
    ):
        read_codes(path, _SCHEMA)
    assert read_codes(path, _SCHEMA, ignored=["name"]).codes.tolist() == [[3, 0, 0]]
    with pytest.raises(PrivateDataError, match=r"has no column 'nam' \(did you mean 'name'\?\); correct the schema"):
        read_codes(path, _SCHEMA, ignored=["nam"])


def test_a_column_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    path = _csv(tmp_path, "age,sexx,born\n20,Female,1999-01-01\n")
    with pytest.raises(PrivateDataError, match=r"data.csv' has no column 'sex' \(did you mean 'sexx'\?\)"):
        read_codes(path, _SCHEMA)


@pytest.mark.parametrize("content", ["age,sex,born\n", "age,sex,born"])
def test_a_table_without_rows_is_legal(tmp_path: Path, content: str) -> None:
    found = read_codes(_csv(tmp_path, content), _SCHEMA)
    assert (found.codes.shape, found.clamped) == ((0, 3), {})
    pq.write_table(pa.Table.from_pandas(_ROWS.head(0)), tmp_path / "data.parquet")
    assert read_codes(tmp_path / "data.parquet", _SCHEMA).codes.shape == (0, 3)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("x,Male,1999-01-01", "column 'age' must be a whole number, not 'x'"),
        ("20,Mal,1999-01-01", r"column 'sex' has the unknown value 'Mal' \(did you mean 'Male'\?\)"),
        ("20,Male,1998-12-31", "column 'born' must be from 1999-01-01 to 2000-12-31, not '1998-12-31'"),
        ("20,Male,1999-02-29", "column 'born' must be a date of the calendar"),
        (",Male,1999-01-01", r"column 'age' has a missing value \(''\); fill it in, or set missing = true"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str, fault: str
) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 200)
    content = "age,sex,born\n" + "20,Male,2000-01-01\n" * 100 + "\n" + f"{row}\n" + "20,Male,2000-01-01\n" * 100
    with pytest.raises(PrivateDataError, match=rf"data\.csv', line 103: {fault}") as caught:
        read_codes(_csv(tmp_path, content), _SCHEMA)
    assert "\n" not in str(caught.value)


def test_a_wrong_value_of_parquet_is_named_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"id": np.arange(100_000) % 99_990}), path)
    with pytest.raises(PrivateDataError, match=r"data\.parquet', row 99002: column 'id' must be from 0 to 99000, not"):
        read_codes(path, Schema((Column("id", "integer", lower=0, upper=99_000),)))


def test_a_quote_that_never_ends_is_no_other_category(tmp_path: Path) -> None:
    schema = Schema((Column("a", "integer", lower=0, upper=9), Column("b", "categorical", ("x", "rest"), other="rest")))
    with pytest.raises(PrivateDataError, match="line 3: broken quoting"):
        read_codes(_csv(tmp_path, 'a,b\n1,x\n2,"x\n3,x\n'), schema)


def test_a_column_of_another_type_is_named(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"age": [[1]]}), path)
    with pytest.raises(PrivateDataError, match=r"data.parquet': column 'age' holds values of type list"):
        read_codes(path, Schema((Column("age", "integer", lower=0, upper=9),)))


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_too_large_a_table_is_refused_before_its_codes_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _WRITERS[name](tmp_path / name)
    needed = 4 * 3 * 4
    monkeypatch.setattr(reader, "available_bytes", lambda: needed)
    assert len(read_codes(tmp_path / name, _SCHEMA).codes) == 4
    monkeypatch.setattr(reader, "available_bytes", lambda: needed - 1)
    with pytest.raises(PrivateDataError, match=r"needs 0\.0 GiB of memory for 4 rows or more, 0\.0 GiB are free; give"):
        read_codes(tmp_path / name, _SCHEMA)
    assert sum(block.num_rows for block in read_blocks(tmp_path / name, _SCHEMA)) == 4


def test_blocks_have_the_codes_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 40)
    _WRITERS["data.csv"](tmp_path / "data.csv")
    blocks = list(read_blocks(tmp_path / "data.csv", _SCHEMA))
    assert len(blocks) > 1
    assert np.concatenate([np.stack(block.columns, axis=1) for block in blocks]).tolist() == _CODES
    assert sum(block.clamped[0] for block in blocks) == 2
    assert all(
        codes.dtype == dtype for codes, dtype in zip(blocks[0].columns, (np.int8, np.int8, np.int16), strict=True)
    )


def test_a_value_that_occurs_twice_in_a_unique_column_is_named(tmp_path: Path) -> None:
    path = _csv(tmp_path, "id\n5\n3\n9\n3\n5\n")
    for column in (
        Column("id", "integer", lower=0, upper=9, unique=True),
        Column("id", "categorical", tuple("0123456789"), unique=True),
    ):
        with pytest.raises(PrivateDataError, match="line 5: column 'id' is unique, but '3' occurs before; correct it"):
            read_codes(path, Schema((column,)))
    coarse = Column("id", "integer", lower=0, upper=9, cells=5, unique=True)
    assert read_codes(_csv(tmp_path, "id\n4\n5\n"), Schema((coarse,))).codes.tolist() == [[2], [2]]


@pytest.mark.skipif(not ADULT.exists(), reason="needs the Adult data in shared/data")
def test_adult_has_the_codes_that_pandas_gives() -> None:
    raw = pd.read_csv(ADULT / "adult_raw_train.csv", skipinitialspace=True, na_values="?")
    columns = [
        Column(name, "categorical", tuple(sorted(values.dropna().unique())), missing=bool(values.isna().any()))
        if values.dtype.kind not in "iu"
        else Column(name, "integer", lower=int(values.min()), upper=int(values.max()), cells=int(np.ptp(values)) + 1)
        for name, values in raw.items()
        if name != "fnlwgt"
    ]
    found = read_codes(ADULT / "adult_raw_train.csv", Schema(tuple(columns)), ignored=["fnlwgt"])
    assert found.clamped == {}
    assert sum(column.missing for column in columns) == 3
    for index, column in enumerate(columns):
        values = raw[column.name]
        if column.kind == "integer":
            expected = values - values.min()
        else:
            expected = pd.Series(pd.Categorical(values, categories=list(column.categories)).codes)
            expected = expected.replace(-1, column.num_values)
        assert found.codes[:, index].tolist() == expected.tolist()
