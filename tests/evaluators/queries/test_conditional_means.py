import numpy as np
import pandas as pd
import pytest

from evaluators.queries.conditional_means import build, derived
from evaluators.queries.correlation import build as build_correlation
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema(
    (
        Column("age", "integer", lower=-27, upper=227, missing=True),
        Column("sex", "categorical", categories=("f", "m"), missing=True),
        Column("flag", "boolean"),
        Column("town", "categorical", categories=("a", "b", "c", "empty")),
    )
)


def test_means_are_those_of_pandas_without_nulls() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, [256, 3, 2, 3], (500, 4)).astype(np.int32)
    ages = np.where(codes[:, 0] == 255, np.nan, codes[:, 0] - 27.0)
    frame = pd.DataFrame({"age": ages, "sex": codes[:, 1], "town": codes[:, 3], "flag": codes[:, 2]})
    queries = build({"value": ["age", "flag"], "by": ["sex", "town"]}, SCHEMA)
    for query, (value, by) in zip(
        queries, [("age", "sex"), ("age", "town"), ("flag", "sex"), ("flag", "town")], strict=True
    ):
        expected = frame.groupby(by)[value].mean().reindex(range(SCHEMA.column(by).size))
        np.testing.assert_allclose(derived(query, query.answers(codes)), expected, rtol=1e-12)
        assert query.name == f"conditional_means({value} by {by})"


def test_noisy_answers_give_means_inside_the_range_or_none() -> None:
    (query,) = build({"value": "age", "by": "flag"}, SCHEMA)
    assert derived(query, np.array([900, -5, 3, 0])).tolist() == pytest.approx([227, np.nan], nan_ok=True)
    assert derived(query, np.array([0.0, -5.0, -3.0, 5.0])).tolist() == pytest.approx([np.nan, -27], nan_ok=True)


def test_the_ends_of_the_range_reach_the_bounds() -> None:
    (query,) = build({"value": "age", "by": "sex"}, SCHEMA)
    low, high = (query.answers(np.array([[code, sex, 0, 0]], np.int32)) for code, sex in ((0, 0), (254, 1)))
    assert query.norms["add_remove"] == pytest.approx(np.linalg.norm(low), rel=1e-14)
    assert query.norms["replace"] == pytest.approx(np.linalg.norm(low - high), rel=1e-14)


def test_labels_say_sum_and_count() -> None:
    (query,) = build({"value": "age", "by": "flag"}, SCHEMA)
    assert [query.label(i) for i in range(4)] == [
        "sum of age, flag = false",
        "sum of age, flag = true",
        "count of age, flag = false",
        "count of age, flag = true",
    ]


def test_mistakes_are_named() -> None:
    for spec in ({}, {"value": "age"}, {"by": "sex"}, {"value": "age", "by": ["age"]}):
        with pytest.raises(ValueError, match="conditional means need a value and another column"):
            build(spec, SCHEMA)
    with pytest.raises(ValueError, match="value takes numbers, dates, ordinals and booleans; 'town' is categorical"):
        build({"value": "town", "by": "sex"}, SCHEMA)
    with pytest.raises(ValueError, match="'agee'; did you mean 'age'"):
        build({"value": "agee", "by": "sex"}, SCHEMA)


def test_answers_of_another_kind_are_refused() -> None:
    (query,) = build_correlation({"columns": ["age", "flag"]}, SCHEMA)
    with pytest.raises(AssertionError):
        derived(query, np.zeros(6))


def test_a_replacement_in_the_only_group_may_cross_the_whole_range() -> None:
    schema = Schema((SCHEMA.columns[0], Column("only", "categorical", categories=("x",))))
    (query,) = build({"value": "age", "by": "only"}, schema)
    low, high = (query.answers(np.array([[code, 0]], np.int32)) for code in (0, 254))
    assert query.norms["replace"] == np.linalg.norm(low - high) == 254
