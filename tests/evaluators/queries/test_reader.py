from typing import Any

import pytest

from evaluators.queries.reader import (
    MAX_CODES,
    Reader,
    anything,
    named,
    numeric,
    ordered,
    require_entries,
    scaled,
    usable,
)
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema(
    (
        Column("id", "integer", lower=0, upper=10**9, unique=True),
        Column("age", "integer", lower=0, upper=9),
        Column("huge", "integer", lower=0, upper=MAX_CODES, cells=MAX_CODES + 1),
        Column("grade", "ordinal", categories=("low", "high")),
        Column("flag", "boolean"),
        Column("sex", "categorical", categories=("f", "m")),
    )
)


def _reader(**spec: Any) -> Reader:
    return Reader({"kind": "x", **spec}, SCHEMA, ("columns", "count"))


@pytest.mark.parametrize(
    ("suits", "names"),
    [
        (anything, ["age", "grade", "flag", "sex"]),
        (ordered, ["age", "grade"]),
        (numeric, ["age"]),
        (scaled, ["age", "grade", "flag"]),
        (named, ["grade", "flag", "sex"]),
    ],
)
def test_defaults_leave_out_ids_and_what_is_too_large(suits: Any, names: list[str]) -> None:
    assert [SCHEMA.names[place] for place in _reader().columns("columns", anything, suits)] == names
    assert _reader().columns("columns", suits) == ()
    assert [column.name for column in SCHEMA.columns if usable(column)] == ["age", "grade", "flag", "sex"]


def test_names_come_in_the_order_of_the_schema() -> None:
    assert _reader(columns=["sex", "age"]).columns("columns", anything) == (1, 5)
    assert _reader(columns="sex").columns("columns", anything) == (5,)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["qqq"], "there is no column 'qqq'; known: 'id', 'age'"),
        (["sx"], "there is no column 'sx'; did you mean 'sex'"),
        (["age", "age"], "columns names the column 'age' twice"),
        (["id"], "columns: 'id' is unique"),
        (["huge"], "columns: 'huge' has 16,777,217 codes, the limit is 16,777,216; lower cells"),
        (["sex"], "columns takes numbers, dates and ordinals; 'sex' is categorical"),
        (5, "columns must be a list of names of columns, not 5"),
        ([5], r"columns must be a list of names of columns, not \[5\]"),
    ],
)
def test_columns_that_cannot_be_asked_are_named(names: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _reader(columns=names).columns("columns", ordered)


@pytest.mark.parametrize("value", [0, 1.0, "1", True, None])
def test_what_is_no_whole_number_is_named(value: Any) -> None:
    with pytest.raises(ValueError, match=f"count must be a whole number of at least 1, not {value!r}"):
        _reader(count=value).whole("count", 5)
    assert _reader().whole("count", 5) == 5
    assert _reader(count=3).whole("count", 5) == 3


def test_unknown_keys_are_named() -> None:
    with pytest.raises(ValueError, match="no key 'cuont'; did you mean 'count'"):
        _reader(cuont=3)


def test_queries_beyond_memory_are_named() -> None:
    require_entries(SCHEMA, [1], 2**24)
    with pytest.raises(ValueError, match=r"67,108,864 queries over age, flag need 3.0 GiB, the limit is 1; .*'age'"):
        require_entries(SCHEMA, [1, 4], 2**26)
