from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from runs.folder.front_file import FrontRow, front_schema, read_front_file, write_front_file
from runs.folder.table import write_parquet
from tests.runs.rows import OBJECTIVES

ROWS = (
    FrontRow(5, (2.0, 0.04), "x + 1.0", '{"code":"a"}'),
    FrontRow(3, (3.0, 0.001), "x**2", '{"code":"b"}', measured=0.0011, proven=0.0012),
)


def test_a_front_survives_its_file_sorted_by_objectives(tmp_path: Path) -> None:
    path = tmp_path / "front.parquet"
    write_front_file(path, OBJECTIVES, ROWS[::-1])
    assert read_front_file(path) == (OBJECTIVES, ROWS)
    write_front_file(path, OBJECTIVES, ())
    assert read_front_file(path) == (OBJECTIVES, ())


def _table(**changes: Any) -> pa.Table:
    schema = front_schema(OBJECTIVES)
    columns = {
        "id": [1], "formula": ["x"], "operations": [2.0], "max_error": [0.5],
        "measured_error": [None], "proven_bound": [None], "genome": ["{}"],
    }  # fmt: skip
    return pa.table({**columns, **changes}, schema=schema)


@pytest.mark.parametrize(
    "table",
    [
        _table(genome=[None]),
        _table(formula=[None]),
        _table(max_error=[None]),
        _table().drop(["genome"]),
        _table().drop(["max_error"]).append_column("max_error", pa.array(["much"])),
        _table().append_column("more", pa.array([1])),
    ],
)
def test_a_file_that_is_no_front_is_refused_by_name(tmp_path: Path, table: pa.Table) -> None:
    path = tmp_path / "front.parquet"
    write_parquet(_table(), path)
    assert len(read_front_file(path)[1]) == 1
    write_parquet(table, path)
    with pytest.raises(
        ValueError, match=r"front\.parquet' has not the columns of a front, or gaps in them; restore it"
    ):
        read_front_file(path)
