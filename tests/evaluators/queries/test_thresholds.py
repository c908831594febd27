import numpy as np
import pytest

from evaluators.queries.thresholds import build
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema(
    (
        Column("age", "integer", lower=0, upper=100, missing=True),
        Column("grade", "ordinal", categories=("low", "mid", "high")),
        Column("sex", "categorical", categories=("f", "m")),
        Column("wage", "real", lower=0.0, upper=1.0, cells=4),
        Column("constant", "integer", lower=5, upper=5),
    )
)


def test_thresholds_count_what_lies_below_and_no_nulls() -> None:
    codes = np.random.default_rng(0).integers(0, SCHEMA.sizes, (500, 5)).astype(np.int32)
    (query,) = build({"columns": ["age"], "count": 4}, SCHEMA)
    labels = [query.label(i) for i in range(query.size)]
    bounds = [int(label.removeprefix("age <= ")) for label in labels]
    expected = [((codes[:, 0] <= bound) & (codes[:, 0] < 101)).sum() for bound in bounds]
    np.testing.assert_array_equal(query.answers(codes), expected)


@pytest.mark.parametrize("count", [1, 2, 7, 50, 99, 100, 1000])
def test_they_cut_the_values_evenly_and_leave_none_out(count: int) -> None:
    (query,) = build({"columns": ["age"], "count": count}, SCHEMA)
    bounds = [int(query.label(i).removeprefix("age <= ")) for i in range(query.size)]
    assert len(bounds) == min(count, 100)
    lengths = np.diff([-1, *bounds, 100])
    assert lengths.min() >= 1
    assert np.ptp(lengths) <= 1


def test_the_least_value_is_below_all_and_the_greatest_below_none() -> None:
    (query,) = build({"columns": ["wage"], "count": 3}, SCHEMA)
    assert [query.label(i) for i in range(3)] == ["wage < 0.25", "wage < 0.5", "wage < 0.75"]
    ends = SCHEMA.column("wage").codes_of_numbers(np.array([0.0, 1.0]))
    rows = np.array([[0, 0, 0, code, 0] for code in ends], np.int32)
    assert query.answers(rows[:1]).tolist() == [1, 1, 1]
    assert query.answers(rows[1:]).tolist() == [0, 0, 0]
    assert query.norms == {"add_remove": pytest.approx(3**0.5), "replace": pytest.approx(3**0.5)}


def test_all_ordered_columns_by_default() -> None:
    queries = build({}, SCHEMA)
    assert [query.name for query in queries] == [
        "thresholds(age; 16)", "thresholds(grade; 2)", "thresholds(wage; 3)", "thresholds(constant; 1)",
    ]  # fmt: skip
    assert [queries[1].label(i) for i in range(2)] == ["grade <= low", "grade <= mid"]


def test_mistakes_are_named() -> None:
    with pytest.raises(ValueError, match="columns takes numbers, dates and ordinals; 'sex' is categorical"):
        build({"columns": "sex"}, SCHEMA)
    with pytest.raises(ValueError, match="thresholds need a column of numbers"):
        build({}, Schema((SCHEMA.columns[2],)))
