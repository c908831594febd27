import tracemalloc
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from evaluators.queries.form import CellTable, HalfSpaceQueries, ProductQueries, add_up

SIZES = (3, 5, 4)


def _codes(num_rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, SIZES, (num_rows, len(SIZES))).astype(np.int32)


def _factors(columns: tuple[int, ...], low: int, high: int, count: int = 7) -> dict[int, np.ndarray]:
    rng = np.random.default_rng(1)
    return {column: rng.integers(low, high, (SIZES[column], count)).astype(np.int32) for column in columns}


def _identity(size: int) -> np.ndarray:
    return np.arange(size, dtype=np.int32)


def test_a_cell_table_counts_as_pandas_does() -> None:
    codes = _codes(200)
    table = CellTable((2, 0), (_identity(4), _identity(3)))
    frame = pd.crosstab(codes[:, 2], codes[:, 0]).to_numpy()
    assert table.shape == (4, 3)
    assert table.strides == (3, 1)
    np.testing.assert_array_equal(table.answers(codes).reshape(table.shape), frame)
    np.testing.assert_array_equal(table.index(codes), codes[:, 2] * 3 + codes[:, 0])


def test_codes_of_a_group_share_a_cell() -> None:
    codes = _codes(100)
    grouped = CellTable((1,), (np.array([0, 0, 1, 1, 2], np.int32),))
    np.testing.assert_array_equal(
        grouped.answers(codes), np.bincount(codes[:, 1], minlength=6).reshape(3, 2).sum(1)[:3]
    )


def test_a_table_of_more_cells_than_rows_counts_the_same() -> None:
    codes = _codes(100)
    table = CellTable((0, 1, 2), tuple(map(_identity, SIZES)))
    whole = table.answers(codes)
    np.testing.assert_array_equal(table.answers(codes, chunk_rows=20), whole)
    assert whole.sum() == 100


def test_a_table_of_too_many_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="100,000,000 cells is too large"):
        CellTable((0, 1), (_identity(10_000), _identity(10_000)))


@pytest.mark.parametrize("columns", [(0,), (2, 1), (0, 1, 2)])
def test_products_add_up(columns: tuple[int, ...]) -> None:
    codes, factors = _codes(300), _factors(columns, -5, 6)
    expected = [sum(int(np.prod([factors[c][row[c], q] for c in columns])) for row in codes.tolist()) for q in range(7)]
    form = ProductQueries(factors)
    np.testing.assert_array_equal(form.answers(codes, chunk_rows=64), expected)
    np.testing.assert_array_equal(form.contributions(codes).sum(axis=0), expected)


def test_half_spaces_count_the_rows_below_that_meet_the_conditions() -> None:
    codes, weights, conditions = _codes(300), _factors((0, 1), -50, 50), _factors((2, 0), 0, 2)
    thresholds = np.arange(-30, 40, 10, dtype=np.int32)
    expected = np.zeros(7, int)
    for row in codes.tolist():
        for q in range(7):
            below = sum(weights[c][row[c], q] for c in (0, 1)) <= thresholds[q]
            expected[q] += bool(below and conditions[2][row[2], q] and conditions[0][row[0], q])
    form = HalfSpaceQueries(weights, thresholds, conditions)
    assert form.columns == (0, 1, 2)
    np.testing.assert_array_equal(form.answers(codes, chunk_rows=64), expected)
    np.testing.assert_array_equal(form.contributions(codes).sum(axis=0), expected)


def test_a_row_on_the_plane_counts() -> None:
    form = HalfSpaceQueries({0: np.array([[-2], [0], [2]], np.int32)}, np.zeros(1, np.int32), {})
    assert form.answers(np.array([[1]], np.int32)).tolist() == [1]
    assert form.answers(np.array([[2]], np.int32)).tolist() == [0]


def test_sums_beyond_32_bits_are_exact() -> None:
    form = ProductQueries({0: np.full((3, 1), 2**31 - 1, np.int32)})
    assert form.answers(_codes(1000)).tolist() == [1000 * (2**31 - 1)]


def test_contributions_beyond_32_bits_are_refused() -> None:
    large = np.full((3, 2), 2**16, np.int32)
    with pytest.raises(ValueError, match="could contribute 4,294,967,296"):
        ProductQueries({0: large, 1: -large})
    with pytest.raises(ValueError, match="could add up to 2,147,483,648"):
        HalfSpaceQueries(
            {0: np.full((3, 1), 2**30, np.int32), 1: np.full((3, 1), -(2**30), np.int32)}, large[0, :1], {}
        )
    alternating = np.array([[2**16, 1]], np.int32)
    assert ProductQueries({0: alternating, 1: alternating[:, ::-1]}).peak == 2**16


@pytest.mark.parametrize("code", [-1, 5])
def test_codes_that_the_column_does_not_have_are_refused(code: int) -> None:
    codes = np.array([[0, code, 0]], np.int32)
    forms = (
        CellTable((1,), (_identity(5),)),
        ProductQueries(_factors((1,), 0, 2)),
        HalfSpaceQueries(_factors((1,), 0, 2), np.zeros(7, np.int32), {}),
    )
    for form in forms:
        with pytest.raises((ValueError, IndexError)):
            form.answers(codes)


def test_forms_read_together_answer_one_after_the_other() -> None:
    codes = _codes(500)
    forms = [CellTable((a, b), (_identity(SIZES[a]), _identity(SIZES[b]))) for a, b in combinations(range(3), 2)]
    products = ProductQueries(_factors((0, 2), -3, 4))
    expected = np.concatenate([form.answers(codes) for form in (*forms, products)])
    np.testing.assert_array_equal(add_up((*forms, products), codes, 77), expected)


def test_rows_x_queries_are_never_in_memory_at_once() -> None:
    codes = np.random.default_rng(0).integers(0, 1000, (100_000, 2)).astype(np.int32)
    factors = {column: np.ones((1000, 2000), np.int32) for column in (0, 1)}
    forms = ProductQueries(factors), HalfSpaceQueries(factors, np.full(2000, 2, np.int32), factors)
    tracemalloc.start()
    answers = add_up(forms, codes)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (answers == 100_000).all()
    # 100,000 x 2,000 are 800 MB
    assert peak < 32e6
