import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.individual import Record
from engine.verdict import Status
from runs.folder import table
from runs.folder.table import EvaluationTable, part_paths, read_parquet
from tests.runs.rows import OBJECTIVES, record


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "PART_ROWS", 10)


def _records(start: int, stop: int) -> list[Record]:
    return [record(i, genome=f"g{i}", objectives=(float(i), i / 7)) for i in range(start, stop)]


def _ids(folder: Path) -> list[list[int]]:
    return [read_parquet(path)["id"].to_pylist() for path in part_paths(folder)]


def test_the_parts_do_not_depend_on_when_the_table_was_flushed(tmp_path: Path) -> None:
    whole, pieces = tmp_path / "whole", tmp_path / "pieces"
    for folder, cuts in ((whole, [0, 25]), (pieces, [0, 1, 7, 10, 13, 25])):
        folder.mkdir()
        growing = EvaluationTable(folder, OBJECTIVES)
        for start, stop in itertools.pairwise(cuts):
            growing.append(_records(start, stop))
            growing.flush()
            assert growing.rows == stop == sum(map(len, _ids(folder)))
    assert _ids(whole) == _ids(pieces) == [list(range(10)), list(range(10, 20)), list(range(20, 25))]


@pytest.mark.parametrize("rows", [0, 4, 10, 17, 20, 25])
def test_reopening_drops_what_lies_beyond_the_checkpoint(tmp_path: Path, rows: int) -> None:
    first = EvaluationTable(tmp_path, OBJECTIVES)
    first.append(_records(0, 25))
    first.flush()
    again = EvaluationTable(tmp_path, OBJECTIVES, rows)
    assert again.rows == rows
    assert [i for part in _ids(tmp_path) for i in part] == list(range(rows))
    again.append(_records(rows, 27))
    again.flush()
    assert _ids(tmp_path) == [list(range(10)), list(range(10, 20)), list(range(20, 27))]


def test_every_field_of_a_row_is_kept(tmp_path: Path) -> None:
    growing = EvaluationTable(tmp_path, OBJECTIVES)
    growing.append(
        [
            record(
                0,
                objectives=(4.0, 1e-9),
                metrics={"starts": 8.0},
                stages={"fit": 0.5},
                operator="mutate",
                parents=(1, 2),
            ),
            record(1, status=Status.REJECTED, protocol="pole", figure=0.25, objectives=()),
            record(2, status=Status.CRASHED, cause="signal 11", objectives=()),
        ]
    )
    growing.flush()
    rows = read_parquet(part_paths(tmp_path)[0]).to_pylist()
    assert rows[0]["parents"] == [1, 2]
    assert rows[0]["metrics"] == [("starts", 8.0)]
    assert rows[0]["stages"] == [("fit", 0.5)]
    assert (rows[0]["operations"], rows[0]["max_error"], rows[0]["status"]) == (4.0, 1e-9, "scored")
    assert (rows[1]["status"], rows[1]["protocol"], rows[1]["figure"], rows[1]["max_error"]) == (
        "rejected", "pole", 0.25, None,
    )  # fmt: skip
    assert (rows[2]["status"], rows[2]["cause"]) == ("crashed", "signal 11")
    assert np.isnan(rows[2]["figure"])


def test_columns_carry_units_and_the_format() -> None:
    schema = table.table_schema(OBJECTIVES)
    assert schema.field("max_error").metadata == {b"unit": b"1", b"log_scale": b"true"}
    assert schema.metadata == {b"primordia.format": b"1"}


def test_missing_parts_are_named(tmp_path: Path) -> None:
    growing = EvaluationTable(tmp_path, OBJECTIVES)
    growing.append(_records(0, 25))
    growing.flush()
    (tmp_path / "part-000001.parquet").unlink()
    with pytest.raises(ValueError, match=r"part-000001.parquet.*is missing"):
        part_paths(tmp_path)
    (tmp_path / "part-000002.parquet").unlink()
    with pytest.raises(ValueError, match="holds 1 parts, its checkpoint needs 3"):
        EvaluationTable(tmp_path, OBJECTIVES, 25)


def test_a_short_tail_is_refused(tmp_path: Path) -> None:
    growing = EvaluationTable(tmp_path, OBJECTIVES)
    growing.append(_records(0, 5))
    growing.flush()
    with pytest.raises(ValueError, match="holds 5 rows, its checkpoint needs 7"):
        EvaluationTable(tmp_path, OBJECTIVES, 7)


def test_broken_and_foreign_parquet_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with pytest.raises(ValueError, match=r"a\.parquet' is missing"):
        read_parquet(path)
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(ValueError, match="did not write it"):
        read_parquet(path)
    pq.write_table(pa.table({"a": [1]}).replace_schema_metadata({"primordia.format": "9"}), path)
    with pytest.raises(ValueError, match="has format 9"):
        read_parquet(path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ValueError, match="truncated or no Parquet"):
        read_parquet(path)
