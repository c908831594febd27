import tracemalloc
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluators.queries.marginals import build, levels_of
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema(
    (
        Column("id", "integer", lower=0, upper=10**6, unique=True),
        Column("age", "integer", lower=17, upper=20, missing=True),
        Column("sex", "categorical", categories=("Female", "Male")),
        Column("wage", "real", lower=0.0, upper=8.0, cells=256),
    )
)


def test_all_subsets_of_the_columns_but_unique_ones() -> None:
    names = [query.name for query in build({"order": 2}, SCHEMA)]
    assert names == ["marginal(age, sex)", "marginal(age, wage)", "marginal(sex, wage)"]
    assert [query.name for query in build({"order": 1, "columns": ["sex", "age"]}, SCHEMA)] == [
        "marginal(age)", "marginal(sex)",
    ]  # fmt: skip


def test_tables_are_counted_as_pandas_does() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, [1, *SCHEMA.sizes[1:]], (500, 4)).astype(np.int32)
    (query,) = build({"tables": [["sex", "age"]]}, SCHEMA)
    frame = pd.DataFrame(codes, columns=SCHEMA.names)
    expected = (
        frame.groupby(["age", "sex"]).size().reindex(pd.MultiIndex.from_product([range(5), range(2)]), fill_value=0)
    )
    np.testing.assert_array_equal(query.answers(codes), expected)
    assert query.label(0) == "age = 17, sex = Female"
    assert query.label(9) == "age = (missing), sex = Male"
    assert query.norms["add_remove"] == 1
    assert query.unit_changes == {"add_remove": 1, "replace": 2}


def test_the_upper_bound_and_the_null_hit_a_cell() -> None:
    (query,) = build({"tables": [["wage", "age"]]}, SCHEMA)
    wage, age = SCHEMA.column("wage"), SCHEMA.column("age")
    row = [0, age.code_of("(missing)"), 0, int(wage.codes_of_numbers(np.array([8.0]))[0])]
    answers = query.answers(np.array([row], np.int32))
    assert answers.sum() == 1
    assert query.label(int(answers.argmax())) == "age = (missing), wage = [7.75, 8.0]"


@pytest.mark.parametrize("groups", [1, 3, 32, 100])
def test_groups_limit_those_of_each_column_and_keep_the_null_apart(groups: int) -> None:
    for column in SCHEMA.columns[1:]:
        levels = levels_of(column, groups)
        present = np.bincount(levels[: column.num_values])
        assert len(present) == min(groups, column.num_groups - column.missing)
        if len(present) == groups:
            assert np.ptp(present) <= 1
        assert np.all(np.diff(levels) >= 0)
        if column.missing:
            assert levels[-1] == len(present)


def test_groups_are_part_of_the_name() -> None:
    (query,) = build({"tables": [["wage"]], "groups": 2}, SCHEMA)
    assert query.name == "marginal(wage) in 2 groups"
    assert [query.label(i) for i in range(2)] == ["wage = [0.0, 4.0)", "wage = [4.0, 8.0]"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"order": 4}, "order must be at most the number of columns, which is 3, not 4"),
        ({"order": 0}, "order must be a whole number of at least 1, not 0"),
        ({"groups": 0}, "groups must be a whole number of at least 1, not 0"),
        ({"columns": ["agee"]}, "there is no column 'agee'; did you mean 'age'"),
        ({"columns": ["id", "age"]}, "'id' is unique"),
        ({"tables": [["age"]], "order": 1}, "leave out order and columns"),
        ({"tables": ["age"]}, "table 1 must be a list"),
        ({"tables": []}, "tables must be a list of lists"),
        ({"tables": [["age"], ["sex", "sex"]]}, "table 2 names the column 'sex' twice"),
        ({"ordr": 2}, "no key 'ordr'; did you mean 'order'"),
    ],
)
def test_mistakes_are_named(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(spec, SCHEMA)


def test_tables_without_end_are_refused_before_they_are_listed() -> None:
    many = Schema(tuple(Column(f"c{i}", "boolean") for i in range(60)))
    with pytest.raises(ValueError, match="order = 20 makes 4,191,844,505,805,495 tables"):
        build({"order": 20}, many)
    wide = Schema(tuple(Column(f"c{i}", "integer", lower=0, upper=99) for i in range(4)))
    with pytest.raises(ValueError, match="the table of c0, c1, c2, c3 has 100,000,000 cells"):
        build({"order": 4}, wide)


def test_a_million_categories_stay_small() -> None:
    city = Column("city", "categorical", categories=tuple(map(str, range(1_000_000))))
    schema = Schema((city, *(Column(f"c{i}", "boolean") for i in range(10))))
    codes = np.zeros((1000, 11), np.int32)
    codes[:, 0] = np.arange(1000) * 1000
    tracemalloc.start()
    queries = build({"order": 2}, schema)
    answers = [query.answers(codes) for query in queries]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64e6
    assert answers[0].sum() == 1000
    assert queries[0].size == 64
    assert queries[0].label(63) == "city = 968750 to 999999, c0 = true"
