from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from engine.archive import Archive
from engine.cache import Cache
from engine.individual import Individual
from engine.state import IslandState
from runs.synthesis.schema_file import read_schema
from runs.synthesis.winner import codes_file, read_codes_file, winner, write_codes, write_synthetic_table
from runs.tables.reader import read_codes
from search_spaces.synthetic_data.table import Table

CODES = np.array([[0, 1, 1], [1, 4, 0], [2, 3, 0]], np.int32)


def island(number: int, *found: tuple[int, float]) -> IslandState[Table]:
    """An island whose tables consist of their own number."""
    tables = {identity: Table(np.full((2, 1), identity, np.int32)) for identity, _ in found}
    members = [Individual(identity, tables[identity], (3.0, loss), identity, (), 0) for identity, loss in found]
    return IslandState(number, 1, (), Archive(9).add(members), Cache(0), {})


def test_the_least_loss_wins_and_the_first_of_equals() -> None:
    best = winner([island(0, (4, 0.5), (6, 0.2)), island(1, (5, 0.2), (9, 0.9)), island(2)], "populations", 3)
    assert best is not None
    assert best.tolist() == [[5], [5]]
    assert winner([island(0)], "populations", 3) is None


def test_blocks_of_rows_make_one_table_of_so_many_rows() -> None:
    first, second = island(0, (4, 0.5), (6, 0.2)), island(1, (5, 0.2), (9, 0.9))
    joined = winner([first, second], "row_blocks", 3)
    assert joined is not None
    assert joined.tolist() == [[6], [6], [5]]
    assert winner([first, second, island(2)], "row_blocks", 3) is None


def test_codes_survive_the_disk_and_damage_is_named(tmp_path: Path) -> None:
    path = codes_file(tmp_path, 4)
    with pytest.raises(ValueError, match=r"rounds/4\.npz' is missing"):
        read_codes_file(path)
    write_codes(path, CODES)
    np.testing.assert_array_equal(read_codes_file(path), CODES, strict=True)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ValueError, match=r"rounds/4\.npz' is truncated"):
        read_codes_file(path)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_the_written_table_has_the_codes(inputs: Path, ending: str) -> None:
    schema = read_schema(inputs / "schema.toml")
    path = inputs / f"synthetic.{ending}"
    write_synthetic_table(path, CODES, schema, seed=1)
    np.testing.assert_array_equal(read_codes(path, schema).codes, CODES)
    first = path.read_bytes()
    write_synthetic_table(path, CODES, schema, seed=1)
    assert path.read_bytes() == first
    if ending == "parquet":
        assert pq.read_table(path).column_names == ["colour", "size", "sold"]
