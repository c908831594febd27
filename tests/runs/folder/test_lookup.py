from pathlib import Path

import pytest

from runs.folder import table
from runs.folder.lookup import RowLookup, ancestors
from runs.folder.table import EvaluationTable
from tests.runs.rows import OBJECTIVES, record

PARENTS = {0: (), 1: (), 2: (0,), 3: (1, 2), 7: (2,), 8: (7, 3), 20: (8,), 21: (3,)}
"""Ids with gaps, in parts of three rows."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(table, "PART_ROWS", 3)
    growing = EvaluationTable(tmp_path, OBJECTIVES)
    growing.append([record(i, parents=parents) for i, parents in PARENTS.items()])
    growing.flush()
    return tmp_path


def test_every_row_is_found_and_no_other(folder: Path) -> None:
    lookup = RowLookup(folder)
    for identity in range(-1, 25):
        row = lookup.find(identity)
        assert (row and row["id"]) == (identity if identity in PARENTS else None)


def test_an_empty_table_has_no_rows(tmp_path: Path) -> None:
    assert RowLookup(tmp_path).find(0) is None


@pytest.mark.parametrize("identity", list(PARENTS))
def test_ancestors_are_those_of_a_plain_search_youngest_first(folder: Path, identity: int) -> None:
    def closure(i: int) -> set[int]:
        return {i}.union(*(closure(parent) for parent in PARENTS[i]))

    found = [row["id"] for row in ancestors(RowLookup(folder), identity)]
    assert found == sorted(closure(identity), reverse=True)


def test_ancestors_stop_at_the_limit(folder: Path) -> None:
    assert [row["id"] for row in ancestors(RowLookup(folder), 20, limit=2)] == [20, 8]


@pytest.mark.parametrize("content", [b"", b"PAR1 and no more", None])
def test_a_broken_part_is_named(folder: Path, content: bytes | None) -> None:
    path = folder / "part-000001.parquet"
    path.write_bytes(path.read_bytes()[:-40] if content is None else content)
    with pytest.raises(ValueError, match=r"part-000001\.parquet' is truncated or no Parquet file"):
        RowLookup(folder)
