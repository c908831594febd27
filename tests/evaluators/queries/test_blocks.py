import numpy as np
import pytest

from evaluators.queries import blocks
from evaluators.queries.blocks import chunks, distinct


@pytest.mark.parametrize("num_rows", [0, 1, 9, 10, 11])
def test_chunks_hold_every_row_once_and_in_order(num_rows: int) -> None:
    codes = np.arange(3 * num_rows, dtype=np.int32).reshape(num_rows, 3)
    pieces = list(chunks(codes, 5))
    assert all(0 < piece.shape[1] <= 5 for piece in pieces)
    np.testing.assert_array_equal(np.concatenate([np.zeros((3, 0), int), *pieces], axis=1), codes.T)


def test_what_is_no_table_of_codes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0, not -1"):
        list(chunks(np.array([[0, 2], [3, -1]], np.int32)))
    with pytest.raises(ValueError, match=r"shape \(rows, columns\), not \(3,\)"):
        list(chunks(np.zeros(3, np.int32)))
    with pytest.raises(ValueError, match="chunk_rows must be at least 1, not 0"):
        list(chunks(np.zeros((1, 1), np.int32), 0))


@pytest.mark.parametrize("sizes", [(3, 4), (2**40, 2**40)])
def test_distinct_rows_are_counted(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    columns = [rng.integers(0, 3, 50), rng.integers(0, 4, 50)]
    (first, second), counts = distinct(columns, sizes)
    found: dict[tuple[int, int], int] = {}
    for a, b, count in zip(first, second, counts, strict=True):
        found[int(a), int(b)] = found.get((int(a), int(b)), 0) + int(count)
    expected = np.zeros((3, 4), int)
    np.add.at(expected, tuple(columns), 1)
    assert found == {(a, b): expected[a, b] for a in range(3) for b in range(4) if expected[a, b]}
    assert len(first) == (len(found) if sizes == (3, 4) else 50)


@pytest.mark.parametrize(("rows", "queries"), [(1, 1), (700, 3), (3, 5000), (1000, 3000)])
def test_blocks_cover_rows_x_queries_once_within_bounds(rows: int, queries: int) -> None:
    covered = np.zeros((rows, queries), int)
    for some, part in blocks.blocks(rows, queries):
        covered[some, part] += 1
        assert covered[some, part].size <= blocks.BLOCK_ENTRIES
    assert (covered == 1).all()
