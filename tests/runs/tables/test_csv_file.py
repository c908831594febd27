import csv
import gzip
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runs.tables import csv_file
from runs.tables.csv_file import CsvFile
from runs.tables.fault import PrivateDataError
from tests.runs.tables.examples import ADULT


def _write(folder: Path, content: bytes, name: str = "data.csv") -> CsvFile:
    path = folder / name
    path.write_bytes(content)
    return CsvFile(path)


def _rows(file: CsvFile) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for batch in file.batches(file.names) for row in batch.to_pylist()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.text('a",\né1? ', min_size=1, max_size=5)] * 3), max_size=5),
    zipped=st.booleans(),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_what_python_writes_is_read_back(
    tmp_path: Path, rows: list[tuple[str, str, str]], zipped: bool, ending: str
) -> None:
    path = tmp_path / ("data.csv.gz" if zipped else "data.csv")
    with gzip.open(path, "wt", newline="") if zipped else path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator=ending)
        writer.writerow(["x", "y, quoted", "z"])
        writer.writerows(rows)
    opened = CsvFile(path)
    assert opened.names == ("x", "y, quoted", "z")
    assert _rows(opened) == rows


def test_columns_come_in_the_order_asked_for_and_without_spaces_in_their_names(tmp_path: Path) -> None:
    file = _write(tmp_path, b"a, b ,c\n1,2,3\n")
    assert file.names == ("a", "b", "c")
    assert [batch.to_pylist() for batch in file.batches(["c", "b"])] == [[{"c": "3", "b": "2"}]]


def test_nothing_is_null_and_quoted_nothing_is_a_text(tmp_path: Path) -> None:
    assert _rows(_write(tmp_path, b'a,b\n"",\n')) == [("", None)]


def test_an_empty_line_is_a_missing_value_where_there_is_one_column(tmp_path: Path) -> None:
    assert _rows(_write(tmp_path, b"a\n\n1\n\n")) == [(None,), ("1",), (None,)]
    assert _rows(_write(tmp_path, b"a,b\n\n1,2\n\n")) == [("1", "2")]


@pytest.mark.parametrize("content", [b"a,b", b"a,b\n", b"a,b\r\n", b"\xef\xbb\xbfa,b\n"])
def test_a_header_alone_is_a_table_without_rows(tmp_path: Path, content: bytes) -> None:
    file = _write(tmp_path, content)
    assert file.names == ("a", "b")
    assert _rows(file) == []


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\na,b\n"])
def test_a_file_without_header_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(PrivateDataError, match=r"data\.csv' has no header; its first line must name"):
        _write(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"a,b\n1,2\n\n3\n", r"line 4: the number of values is 1, in the header 2; give every row as many"),
        (b'a,b\n"1\n2",3\n4,5,6\n', r"line 4: the number of values is 3, in the header 2"),
        (b'a,b\n1,"abc\n2,d\n', r"line 2: broken quoting \(unexpected end of data\); close every"),
        (b'a,b\n1,abc\n2,"d', r"line 3: broken quoting"),
        (b'a,b\n1,"abc"d\n', r"line 2: broken quoting"),
        (b'a,b\n1,"' + b"x,y\n" * 50_000, r"line 2: broken quoting"),
        (b"a,b\n1,x\n2,\xe9\n", r"line 3: the text is not UTF-8; save the file as UTF-8"),
        ("a,b\n1,x\n".encode("utf-16"), r"line 1: the text is not UTF-8"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, content: bytes, fault: str) -> None:
    with pytest.raises(PrivateDataError, match=r"^'.*data\.csv', " + fault):
        _rows(_write(tmp_path, content))


def test_quotes_inside_values_that_are_not_quoted_are_kept(tmp_path: Path) -> None:
    assert _rows(_write(tmp_path, b'a,b\n5" pipe,x\n6" pipe,y"\n')) == [('5" pipe', "x"), ('6" pipe', 'y"')]


def test_a_row_longer_than_a_block_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 50)
    with pytest.raises(PrivateDataError, match=r"data\.csv' cannot be read as CSV: .*; save it again"):
        _rows(_write(tmp_path, b"a,b\n1,2\n3," + b"x" * 200 + b"\n"))


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,2\n", gzip.compress(b"a,b\n1,2\n" * 50_000)[:-200], gzip.compress(b"a,b\n1,2\n")[:12] + b"zzzzzzz"],
    ids=["plain", "cut", "overwritten"],
)
def test_damaged_gzip_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(PrivateDataError, match=r"data\.csv\.gz' is no whole gzip file: .*; compress it again"):
        _rows(_write(tmp_path, content, "data.csv.gz"))


def test_a_row_is_placed_on_the_line_where_it_starts(tmp_path: Path) -> None:
    file = _write(tmp_path, b'a,b\n\n1,"x\n\ny"\n2,y\n3,z\n')
    assert [file.place(row) for row in range(3)] == ["line 3", "line 6", "line 7"]


def test_a_row_after_broken_quoting_has_no_place(tmp_path: Path) -> None:
    with pytest.raises(PrivateDataError, match="line 2: broken quoting"):
        _write(tmp_path, b'a,b\n1,"x"y\n2,z\n').place(1)


def test_a_table_comes_in_batches_that_are_read_as_they_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 1000)
    file = _write(tmp_path, b"a,b\n" + b"".join(b"%d,x\n" % row for row in range(5000)))
    batches = list(file.batches(["a"]))
    assert len(batches) > 20
    assert pa.Table.from_batches(batches)["a"].to_pylist() == [str(row) for row in range(5000)]


def test_reading_may_stop_early(tmp_path: Path) -> None:
    rows = _write(tmp_path, b"a,b\n" + b"1,2\n" * 4_000_000).batches(["a"])
    assert next(rows).num_rows > 0
    rows.close()


@pytest.mark.skipif(not ADULT.exists(), reason="needs the Adult data in shared/data")
def test_adult_is_read_as_pandas_reads_it() -> None:
    path = ADULT / "adult_raw_train.csv"
    file = CsvFile(path)
    found = pa.Table.from_batches(list(file.batches(file.names))).to_pandas()
    pd.testing.assert_frame_equal(found, pd.read_csv(path, dtype=found.dtypes.iloc[0], keep_default_na=False))
