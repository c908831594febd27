from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluators.queries.linear import build
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema(
    (
        Column("id", "integer", lower=0, upper=10**9, unique=True),
        Column("age", "integer", lower=0, upper=127, missing=True),
        Column("sex", "categorical", categories=("f", "m"), missing=True),
        Column("day", "date", lower="2024-01-01", upper="2024-01-31"),
    )
)
YOUNG = {"name": "young", "where": {"age": {"upper": 29}}}
WOMEN = {"name": "women of a week", "where": {"sex": ["f"], "day": {"lower": "2024-01-08", "upper": "2024-01-14"}}}
YEARS = {"name": "years of men", "where": {"sex": ["m", "(missing)"]}, "value": "age"}


def _codes(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, [1, *SCHEMA.sizes[1:]], (count, 4)).astype(np.int32)


def test_counts_and_sums_are_those_of_numpy() -> None:
    codes = _codes(500)
    _, age, sex, day = codes.T
    counts, sums = build({"queries": [YOUNG, WOMEN, YEARS, {"name": "all"}]}, SCHEMA)
    expected = [(age <= 29).sum(), ((sex == 0) & (day >= 7) & (day <= 13)).sum(), 500]
    np.testing.assert_array_equal(counts.answers(codes), expected)
    np.testing.assert_array_equal(sums.answers(codes), [age[(sex > 0) & (age < 128)].sum()])
    assert counts.name == "linear(counts: young, women of a week, all)"
    assert sums.name == "linear(sums of age: years of men)"
    assert counts.label(1) == "women of a week"


def test_norms_are_those_of_the_worst_rows() -> None:
    counts, sums = build({"queries": [YOUNG, WOMEN, YEARS]}, SCHEMA)
    # a row may be in both counts, and sums change by 127 at most
    assert counts.norms == {"add_remove": pytest.approx(2**0.5), "replace": pytest.approx(2**0.5)}
    assert sums.norms == {"add_remove": 127.0, "replace": 127.0}
    (parts,) = build({"queries": [{"name": v, "where": {"sex": [v]}} for v in ("f", "m")]}, SCHEMA)
    assert parts.norms == {"add_remove": 1.0, "replace": pytest.approx(2**0.5)}


def test_a_count_of_all_rows_looks_at_a_small_column() -> None:
    (query,) = build({"queries": [{"name": "all"}]}, SCHEMA)
    assert query.columns == (2,)
    assert query.answers(_codes(7)).tolist() == [7]
    assert query.norms["add_remove"] == 1


def test_queries_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "queries.toml"
    path.write_text('[[queries]]\nname = "young"\nwhere = { age = { upper = 29 } }\n')
    (query,) = build({"file": str(path)}, SCHEMA)
    assert query.same_as(build({"queries": [YOUNG]}, SCHEMA)[0])
    path.write_text("[[queries]\n")
    with pytest.raises(ValueError, match=r"queries\.toml' cannot be read"):
        build({"file": str(path)}, SCHEMA)
    with pytest.raises(ValueError, match=r"none\.toml' cannot be read"):
        build({"file": str(tmp_path / "none.toml")}, SCHEMA)


def test_long_lists_have_short_names() -> None:
    queries = [{"name": f"q{i}", "where": {"age": {"upper": i}}} for i in range(9)]
    (query,) = build({"queries": queries}, SCHEMA)
    assert query.name == "linear(counts: q0, q1, ... 9 in all)"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({}, "linear needs either queries, a list, or file"),
        ({"queries": [YOUNG], "file": "x"}, "linear needs either queries, a list, or file"),
        ({"queries": []}, "queries must be a list of sections"),
        ({"queries": ["x"]}, "query 1 must be a section of keys, not 'x'"),
        ({"queries": [YOUNG, YOUNG]}, "query 2: the name 'young' is taken"),
        ({"queries": [{"nme": "x"}]}, r"query 1 \(query 1\): no key 'nme'; did you mean 'name'"),
        (
            {"queries": [{"name": "x", "where": {"agee": []}}]},
            r"query 1 \(x\): there is no column 'agee'; did you mean",
        ),
        ({"queries": [{"name": "x", "where": {"sex": ["ff"]}}]}, r"query 1 \(x\): column 'sex' has no value 'ff'; did"),
        ({"queries": [{"name": "x", "where": {"id": ["1"]}}]}, "'id' is unique"),
        ({"queries": [{"name": "x", "where": [1]}]}, "where must name columns and their values"),
        ({"queries": [{"name": "x", "value": "sex"}]}, "value takes numbers, dates, ordinals and booleans; 'sex'"),
        ({"queries": [{"name": "x", "value": ["age", "day"]}]}, "value must be one column"),
        ({"file": 3}, "file must be the path of a TOML file, not 3"),
    ],
)
def test_mistakes_are_named(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(spec, SCHEMA)
