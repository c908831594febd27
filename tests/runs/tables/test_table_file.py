import gzip
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from runs.tables.fault import PrivateDataError
from runs.tables.table_file import open_table


def test_the_extension_tells_the_format(tmp_path: Path) -> None:
    table = pa.table({"a": ["1"], "b": ["x"]})
    (tmp_path / "1.csv").write_bytes(b"a,b\n1,x\n")
    (tmp_path / "2.CSV").write_bytes(b"a,b\n1,x\n")
    (tmp_path / "3.2024.csv.gz").write_bytes(gzip.compress(b"a,b\n1,x\n"))
    pq.write_table(table, tmp_path / "4.parquet")
    feather.write_feather(table, str(tmp_path / "5.feather"))
    feather.write_feather(table, str(tmp_path / "6.arrow"), compression="uncompressed")
    for path in tmp_path.iterdir():
        file = open_table(path)
        assert pa.Table.from_batches(list(file.batches(["b", "a"]))).to_pylist() == [{"b": "x", "a": "1"}]


@pytest.mark.parametrize("name", ["data", "data.xlsx", "data.gz", "data.parquet.gz"])
def test_an_unknown_extension_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(PrivateDataError, match=rf"{name}' has no extension of a table.*\.csv, \.csv\.gz, \.parquet"):
        open_table(tmp_path / name)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(PrivateDataError, match=r"no\.csv' does not exist; give the path"):
        open_table(tmp_path / "no.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(PrivateDataError, match=r"folder\.csv' is a folder; give the path"):
        open_table(tmp_path / "folder.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.csv"
    path.write_bytes(b"a\n1\n")
    path.chmod(0)
    with pytest.raises(PrivateDataError, match=r"secret\.csv' cannot be read: Permission denied"):
        open_table(path)


def test_names_must_be_there_and_distinct(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,b, a\n")
    with pytest.raises(PrivateDataError, match="columns 1 and 3 are both named 'a'; rename one"):
        open_table(path)
    path.write_bytes(b"a, ,b\n")
    with pytest.raises(PrivateDataError, match="column 2 of the header has no name; give it one"):
        open_table(path)
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table([[1], [2]], names=["a", "a"]), path)
    with pytest.raises(PrivateDataError, match="columns 1 and 2 are both named 'a'"):
        open_table(path)
