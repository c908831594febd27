import itertools

import numpy as np
import pytest
from scipy.stats import chisquare

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.condition import Condition
from search_spaces.synthetic_data.constraint import Constraint
from search_spaces.synthetic_data.row_rules import RowRules, check_codes
from search_spaces.synthetic_data.schema import Schema, schema_from_data
from search_spaces.synthetic_data.space import SMALL_SCHEMA

ORDER = Constraint("order", Condition("a"), Condition("b"))


def digits(*names: str, upper: int = 4) -> tuple[Column, ...]:
    return tuple(Column(name, "integer", lower=0, upper=upper) for name in names)


SMALL = Schema(
    (*digits("a", "b", "c"), Column("free", "boolean")),
    (ORDER, Constraint("forbidden", Condition("b", ("4",)), Condition("c", lower=2))),
)


def every_row(schema: Schema) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    return np.array(list(itertools.product(*map(range, schema.sizes))), dtype=np.int32)


def obeys(row: np.ndarray[tuple[int], np.dtype[np.int32]]) -> bool:
    a, b, c, _ = row
    return bool(a <= b and not (b == 4 and c >= 2))


def test_broken_rows_are_those_that_break_a_rule() -> None:
    rows = every_row(SMALL)
    assert RowRules(SMALL).broken(rows).tolist() == [not obeys(row) for row in rows]


@pytest.mark.parametrize("column", range(4))
def test_a_cell_may_hold_what_leaves_its_row_valid(column: int) -> None:
    rows = every_row(SMALL)
    allowed = RowRules(SMALL).allowed(rows, column)
    for row, mask in zip(rows, allowed, strict=True):
        if obeys(row):
            for code in range(SMALL.sizes[column]):
                row[column] = code
                assert mask[code] == obeys(row)


def test_drawn_rows_are_uniform_among_the_valid() -> None:
    rows = RowRules(SMALL).draw(40_000, np.random.default_rng(0))
    assert rows.dtype == np.int32
    counts = np.zeros(SMALL.sizes, dtype=int)
    np.add.at(counts, tuple(rows.T), 1)
    valid = np.array([obeys(row) for row in every_row(SMALL)])
    assert counts.ravel()[~valid].sum() == 0
    assert chisquare(counts.ravel()[valid]).pvalue > 1e-4


def test_rules_too_strict_for_rejection_are_still_obeyed_and_rows_differ() -> None:
    names = [f"c{i}" for i in range(10)]
    chain = [Constraint("order", Condition(x), Condition(y)) for x, y in itertools.pairwise(names)]
    rules = RowRules(Schema(digits(*names, upper=20), tuple(chain)))
    rows = rules.draw(500, np.random.default_rng(1))
    assert np.all(np.diff(rows, axis=1) >= 0)
    assert len(np.unique(rows, axis=0)) > 400
    assert len(np.unique(rows[:, 5])) > 5


def test_rules_with_one_valid_row_draw_it() -> None:
    equal = tuple(Constraint("forbidden", Condition("a", (x,)), Condition("b", (y,))) for x, y in
                  itertools.product("01234", "01234") if (x, y) != ("3", "1"))  # fmt: skip
    rows = RowRules(Schema(digits("a", "b"), equal)).draw(7, np.random.default_rng(2))
    assert rows.tolist() == [[3, 1]] * 7


def test_unlinked_constraints_are_drawn_apart() -> None:
    names = [f"c{i}" for i in range(24)]
    pairs = [Constraint("order", Condition(x), Condition(y)) for x, y in zip(names[::2], names[1::2], strict=True)]
    rows = RowRules(Schema(digits(*names), tuple(pairs))).draw(20_000, np.random.default_rng(3))
    assert np.all(rows[:, ::2] <= rows[:, 1::2])
    for i in range(0, 24, 2):
        counts = np.bincount(rows[:, i] * 5 + rows[:, i + 1], minlength=25)
        assert chisquare(counts[counts > 0]).pvalue > 1e-5
        assert (counts > 0).sum() == 15


def test_ids_are_distinct_and_from_the_whole_range() -> None:
    schema = Schema((Column("id", "integer", lower=1, upper=2**31 - 3, unique=True), *digits("a")))
    rows = RowRules(schema).draw(50_000, np.random.default_rng(4))
    assert len(np.unique(rows[:, 0])) == 50_000
    assert rows[:, 0].min() < 2**31 * 0.001
    assert rows[:, 0].max() > 2**31 * 0.999
    full = RowRules(Schema((Column("id", "integer", lower=1, upper=50, unique=True),)))
    assert sorted(full.draw(50, np.random.default_rng(5))[:, 0]) == list(range(50))


def test_the_small_schema_is_checked_as_it_is_drawn() -> None:
    schema = schema_from_data(SMALL_SCHEMA, "small")
    codes = RowRules(schema).draw(2_000, np.random.default_rng(6))
    check_codes(schema, codes)
    for name, size in zip(schema.names, schema.sizes, strict=True):
        assert codes[:, schema.index(name)].min() < size * 0.1
        assert codes[:, schema.index(name)].max() >= size * 0.9 - 1


@pytest.mark.parametrize(
    ("row", "column", "code", "message"),
    [
        (1, "age", -1, "column 'age': code -1 of row 1 is not below 100"),
        (2, "wage", 51, "column 'wage': code 51 of row 2 is not below 51"),
        (0, "id", 8, "column 'id': is unique, yet a value occurs twice"),
        (3, "age", 14, "row 3: age = 14 and employed = true break a constraint of the schema"),
    ],
)
def test_codes_that_are_no_table_are_refused(row: int, column: str, code: int, message: str) -> None:
    schema = schema_from_data(SMALL_SCHEMA, "small")
    codes = np.tile(np.array([0, 40, 1, 1, 50, 3, 4], dtype=np.int32), (9, 1))
    codes[:, 0] = np.arange(9)
    check_codes(schema, codes)
    codes[row, schema.index(column)] = code
    with pytest.raises(ValueError, match=message):
        check_codes(schema, codes)


def test_codes_of_another_width_are_refused() -> None:
    schema = schema_from_data(SMALL_SCHEMA, "small")
    for shape in ((3, 6), (3,), (3, 8)):
        with pytest.raises(ValueError, match="codes must have 7 columns"):
            check_codes(schema, np.zeros(shape, dtype=np.int32))
    check_codes(schema, np.zeros((0, 7), dtype=np.int32))
