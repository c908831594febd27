import itertools
from typing import Any

import numpy as np
import pytest

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.constraint import constraint_data, read_constraint

SEX = Column("sex", "categorical", ("f", "m"))
ROLE = Column("role", "categorical", ("wife", "husband", "child"), missing=True)
AGE = Column("age", "integer", lower=0, upper=9, missing=True)
LOW = Column("low", "ordinal", ("a", "b", "c"), missing=True)
HIGH = Column("high", "ordinal", ("a", "b", "c"))


def test_a_forbidden_pair_is_a_structural_zero() -> None:
    constraint = read_constraint({"kind": "forbidden", "where": {"role": ["husband", "(missing)"], "sex": ["f"]}})
    assert constraint.columns == ("role", "sex")
    for role, sex in itertools.product(range(4), range(2)):
        forbidden = ROLE.label(role) in ("husband", "(missing)") and SEX.label(sex) == "f"
        assert constraint.allowed(ROLE, SEX)[role, sex] == (not forbidden)


def test_an_implication_binds_only_the_rows_that_meet_its_condition() -> None:
    constraint = read_constraint({"kind": "implies", "if": {"role": ["wife"]}, "then": {"age": {"lower": 5}}})
    allowed = constraint.allowed(ROLE, AGE)
    for role, age in itertools.product(range(4), range(11)):
        # a null is not 5 or more
        assert allowed[role, age] == (ROLE.label(role) != "wife" or 5 <= age < 10)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (AGE, Column("b", "integer", lower=-3, upper=4)),
        (AGE, Column("b", "integer", lower=-7, upper=20, cells=5, missing=True)),
        (Column("a", "integer", lower=0, upper=30, cells=4), Column("b", "integer", lower=0, upper=30, cells=7)),
        (Column("a", "date", lower="2020-01-01", upper="2020-02-01", cells=5, missing=True),
         Column("b", "date", lower="2020-01-10", upper="2020-01-20", missing=True)),
        (LOW, HIGH),
    ],
)  # fmt: skip
def test_cells_are_ordered_where_some_of_their_values_are(first: Column, second: Column) -> None:
    allowed = read_constraint({"kind": "order", "columns": [first.name, second.name]}).allowed(first, second)
    assert allowed.shape == (first.size, second.size)
    for i, j in itertools.product(range(first.size), range(second.size)):
        if i == first.null_code or j == second.null_code:
            assert allowed[i, j]
            continue
        pairs = itertools.product(values_of(first, i), values_of(second, j))
        assert allowed[i, j] == any(x <= y for x, y in pairs)


def values_of(column: Column, code: int) -> list[int]:
    if not column.is_numeric:
        return [code]
    low, high = column.cell_bounds(np.array([code]))
    return list(range(low[0], high[0] + 1))


def test_a_cell_of_reals_is_not_before_the_one_that_it_begins_behind() -> None:
    first, second = (Column(name, "real", lower=0, upper=3, cells=3) for name in "ab")
    allowed = read_constraint({"kind": "order", "columns": ["a", "b"]}).allowed(first, second)
    assert np.array_equal(allowed, np.tri(3, dtype=bool).T)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (AGE, SEX), (SEX, SEX), (AGE, LOW), (LOW, AGE), (LOW, Column("o", "ordinal", ("c", "b", "a"))),
        (AGE, Column("d", "date", lower="2020-01-01", upper="2020-02-01")),
        (LOW, Column("c", "categorical", ("a", "b", "c"))),
    ],
)  # fmt: skip
def test_only_what_can_be_compared_has_an_order(first: Column, second: Column) -> None:
    with pytest.raises(ValueError, match="can't be compared; it takes two numbers, two dates or two ordinals"):
        read_constraint({"kind": "order", "columns": ["x", "y"]}).allowed(first, second)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("order", "a constraint must be a section of keys, not 'order'"),
        ({"kind": "implis"}, "kind 'implis' is unknown; did you mean 'implies'"),
        ({}, "kind None is unknown"),
        ({"kind": "forbidden", "were": {}}, "forbidden has no key 'were'; did you mean 'where'"),
        ({"kind": "implies", "if": {"a": ["b"]}}, "implies lacks the key 'then'"),
        ({"kind": "implies", "if": {"a": ["b"]}, "then": {}}, "then must name one column"),
        ({"kind": "forbidden", "where": {"a": ["b"]}}, "where must name two columns"),
        ({"kind": "implies", "if": {"a": ["b"]}, "then": {"a": ["c"]}}, "about two columns, not 'a' twice"),
        ({"kind": "order", "columns": ["a", "a"]}, "order is about two columns, not 'a' twice"),
        ({"kind": "order", "columns": ["a"]}, "columns must be two names"),
        ({"kind": "order", "columns": "ab"}, "columns must be two names"),
        ({"kind": "order", "columns": [1, 2]}, "columns must be two names"),
        ({"kind": "forbidden", "where": {"a": ["b"], "b": "c"}}, "column 'b': give a list of values"),
    ],
)
def test_a_constraint_that_makes_no_sense_is_refused(data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_constraint(data)


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "forbidden", "where": {"b": ["x"], "a": {"lower": 3}}},
        {"kind": "implies", "if": {"b": ["x", "y"]}, "then": {"a": {"lower": 3, "upper": 5}}},
        {"kind": "order", "columns": ["b", "a"]},
    ],
)
def test_constraints_are_written_as_they_are_read(data: Any) -> None:
    assert constraint_data(read_constraint(data)) == data
