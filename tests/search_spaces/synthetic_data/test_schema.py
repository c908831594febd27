import pickle
import tomllib
from typing import Any

import numpy as np
import pytest
import tomli_w

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.condition import Condition
from search_spaces.synthetic_data.constraint import Constraint
from search_spaces.synthetic_data.schema import Schema, schema_data, schema_from_data
from search_spaces.synthetic_data.space import SMALL_SCHEMA

TOML = """
[columns.age]
kind = "integer"
lower = 17
upper = 90
[columns."work class"]
kind = "categorical"
categories = ["Private", "State-gov"]
missing = true
other = "Private"
[columns.education-num]
kind = "ordinal"
categories = ["15", "16"]
[columns.start]
kind = "date"
lower = 2020-01-01
upper = "2020-03-31"
outside = "clamp"
[columns.end]
kind = "date"
lower = 2020-01-01
upper = 2020-03-31
missing = true
[[constraints]]
kind = "forbidden"
where = { "work class" = ["State-gov"], age = { upper = 20 } }
[[constraints]]
kind = "implies"
if = { "work class" = ["(missing)"] }
then = { age = { lower = 30 } }
[[constraints]]
kind = "order"
columns = ["start", "end"]
[[constraints]]
kind = "forbidden"
where = { end = [2020-03-31], start = [2020-03-31] }
"""


def parsed(old: str = "", new: str = "") -> dict[str, Any]:
    assert old in TOML
    return tomllib.loads(TOML.replace(old, new) if old else TOML)


def test_a_schema_says_what_its_file_does() -> None:
    schema = schema_from_data(parsed(), "schema.toml")
    assert schema.names == ("age", "work class", "education-num", "start", "end")
    assert schema.sizes == (74, 3, 2, 91, 92)
    assert schema.index("start") == 3
    assert schema.column("start") == Column("start", "date", lower="2020-01-01", upper="2020-03-31", outside="clamp")


def test_the_constraints_on_a_pair_of_columns_all_hold() -> None:
    pairs = schema_from_data(parsed(), "schema.toml").allowed_pairs()
    assert pairs.keys() == {(0, 1), (3, 4)}
    ages, classes = np.arange(17, 91)[:, None], np.arange(3)[None, :]
    assert np.array_equal(pairs[0, 1], ~((classes == 1) & (ages <= 20)) & ((classes != 2) | (ages >= 30)))
    start, end = np.arange(91)[:, None], np.arange(92)[None, :]
    assert np.array_equal(pairs[3, 4], (start <= end) & ~((start == 90) & (end == 90)))


@pytest.mark.parametrize("data", [SMALL_SCHEMA, parsed()], ids=["small", "toml"])
def test_a_schema_is_read_back_as_it_was_written(data: dict[str, Any]) -> None:
    schema = schema_from_data(data, "schema.toml")
    text = tomli_w.dumps(schema_data(schema))
    assert schema_from_data(tomllib.loads(text), "again") == schema
    again = pickle.loads(pickle.dumps(schema))
    assert again == schema
    assert again.names == schema.names


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[columns.age]", "[column.age]", "schema.toml: has no section 'column'; did you mean 'columns'"),
        ("upper = 90", "uper = 90", "schema.toml: column 'age': has no key 'uper'; did you mean 'upper'"),
        ('kind = "integer"', "", "schema.toml: column 'age': lacks the key 'kind'"),
        ("upper = 90", "upper = 9.5", "schema.toml: column 'age': upper must be a whole number, not 9.5"),
        ("upper = 90", 'upper = 90\nname = "x"', "column 'age': has no key 'name'"),
        ("upper = 90", "upper = 90\n_grid = 3", "column 'age': has no key '_grid'"),
        ('["15", "16"]', '[["15"], "16"]', "column 'education-num': a category must be a text"),
        ('["start", "end"]', '["start", "edn"]', "constraint 3: there is no column 'edn'; did you mean 'end'"),
        ("upper = 20 }", "upper = 10 }", "constraint 1: column 'age': upper = 10 is not in its range, 17 to 90"),
        ('kind = "order"', 'kind = "ordered"', "constraint 3: kind 'ordered' is unknown; did you mean 'order'"),
        ("2020-01-01", "2020-01-01T10:00:00", "is not a date of the calendar"),
    ],
)
def test_a_mistake_is_named_in_one_line(old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        schema_from_data(parsed(old, new), "schema.toml")
    assert str(caught.value).startswith("schema.toml: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "needs a section"),
        ({"columns": []}, "needs a section"),
        ({"columns": {"a": 3}}, "column 'a': must be a section of keys, not 3"),
        ({"columns": {"a": {"kind": []}}}, "column 'a': kind"),
        ({"columns": {"a": {"kind": "boolean"}}, "constraints": {}}, "constraints must be a list of sections"),
        ({"columns": {"a": {"kind": "boolean"}}, "constraints": [3]}, "constraint 1: a constraint must be a section"),
    ],
)
def test_data_of_another_shape_is_refused(data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        schema_from_data(data, "schema.toml")


def boolean(name: str) -> Column:
    return Column(name, "boolean")


def forbidden(first: str, value: str, second: str, other: str) -> Constraint:
    return Constraint("forbidden", Condition(first, (value,)), Condition(second, (other,)))


def test_names_are_distinct_and_there_is_a_column() -> None:
    with pytest.raises(ValueError, match="the names of columns must be distinct; 'a' is given twice"):
        Schema((boolean("a"), boolean("b"), boolean("a")))
    with pytest.raises(ValueError, match="needs at least one column"):
        Schema(())
    with pytest.raises(ValueError, match="there is no column 'aeg'; did you mean 'age'"):
        Schema((boolean("age"),)).column("aeg")


def test_a_schema_that_no_row_obeys_is_refused() -> None:
    columns = tuple(map(boolean, "abc"))
    values = ("false", "true")
    all_of_it = tuple(forbidden("a", x, "b", y) for x in values for y in values)
    with pytest.raises(ValueError, match="the constraints allow no row at all; remove or loosen one"):
        Schema(columns, all_of_it)
    Schema(columns, all_of_it[1:])
    # a code without a partner is fine: it just never occurs
    assert not Schema(columns, all_of_it[:2]).allowed_pairs()[0, 1][0].any()


def test_ids_and_huge_pairs_can_not_be_constrained() -> None:
    identity = Column("id", "integer", lower=1, upper=2000, unique=True)
    with pytest.raises(ValueError, match="constraint 1: column 'id' is unique, its values are permuted freely"):
        Schema((identity, boolean("a")), (forbidden("a", "true", "id", "3"),))
    wide = tuple(Column(name, "integer", lower=1, upper=2001, cells=2001) for name in "ab")
    order = Constraint("order", Condition("a"), Condition("b"))
    with pytest.raises(ValueError, match="'a' x 'b' have 4,004,001 pairs of codes, over the limit of 4,000,000"):
        Schema(wide, (order,))
