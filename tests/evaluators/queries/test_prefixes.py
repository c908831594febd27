from typing import Any

import numpy as np
import pytest

from evaluators.queries.prefixes import build
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema(
    (
        Column("age", "integer", lower=0, upper=73, missing=True),
        Column("hours", "integer", lower=1, upper=99),
        Column("wage", "real", lower=0.0, upper=1.0),
        Column("sex", "categorical", categories=("f", "m")),
        Column("flag", "boolean", missing=True),
    )
)


def _codes(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, SCHEMA.sizes, (count, 5)).astype(np.int32)


def test_prefixes_count_rows_below_two_thresholds_in_a_category() -> None:
    codes = _codes(400)
    (query,) = build({"count": 50, "columns": ["age", "hours"], "categories": "sex"}, SCHEMA)
    answers = query.answers(codes)
    for i in range(50):
        age, hours, sex = query.label(i).split(", ")
        below = (codes[:, 0] < 74) & (codes[:, 0] <= int(age.removeprefix("age <= ")))
        below &= codes[:, 1] + 1 <= int(hours.removeprefix("hours <= "))
        assert answers[i] == (below & (codes[:, 3] == ("f", "m").index(sex.removeprefix("sex = ")))).sum()


def test_every_pair_of_columns_and_every_value_is_asked_and_the_seed_decides() -> None:
    (query,) = build({"count": 300}, SCHEMA)
    assert query.size == 300
    assert {tuple(sorted(form.columns)) for form in query.forms} == {
        (*pair, category) for pair in [(0, 1), (0, 2), (1, 2)] for category in (3, 4)
    }
    labels = [query.label(i) for i in range(300)]
    assert all(any(value in label for label in labels) for value in ("= f", "= m", "= true", "= false", "= (missing)"))
    assert query.same_as(build({"count": 300, "seed": 0}, SCHEMA)[0])
    assert not query.same_as(build({"count": 300, "seed": 1}, SCHEMA)[0])


def test_forms_stand_in_the_order_of_the_labels() -> None:
    (query,) = build({"count": 100}, SCHEMA)
    labels = [query.label(i) for i in range(100)]
    start = 0
    for form in query.forms:
        names = [SCHEMA.names[column] for column in form.columns]
        assert all(all(f"{name} " in label for name in names) for label in labels[start : start + form.size])
        start += form.size
    assert start == 100


def test_the_row_with_the_least_values_of_the_commonest_categories_reaches_the_bound() -> None:
    (query,) = build({"count": 200}, SCHEMA)
    rows = np.array([[0, 0, 0, sex, flag] for sex in range(2) for flag in range(3)], np.int32)
    reached = max(query.answers(row[None]).sum() for row in rows)
    assert query.norms["add_remove"] ** 2 == pytest.approx(reached)
    assert query.norms["add_remove"] < 200**0.5 * 0.7


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"columns": ["age"]}, "prefixes need two columns of numbers, dates or ordinals, there are 1"),
        ({"columns": ["age", "sex"]}, "columns takes numbers, dates and ordinals; 'sex' is categorical"),
        ({"count": 0}, "count must be a whole number of at least 1, not 0"),
        ({"seed": -1}, "seed must be a whole number of at least 0, not -1"),
        ({"count": 10**9}, "1,000,000,000 queries over wage, hours, flag need"),
        ({"categories": ["age"]}, "categories takes categories, ordinals and booleans; 'age' is integer"),
    ],
)
def test_mistakes_are_named(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(spec, SCHEMA)


def test_a_column_is_no_threshold_and_category_at_once() -> None:
    schema = Schema((*SCHEMA.columns, Column("grade", "ordinal", categories=("low", "high"))))
    with pytest.raises(ValueError, match="categories and columns share 'grade'"):
        build({"columns": ["age", "grade"], "categories": ["grade"]}, schema)
