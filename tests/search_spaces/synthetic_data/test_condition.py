from datetime import date
from typing import Any

import numpy as np
import pytest

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.condition import Condition, condition_data, read_condition

AGE = Column("age", "integer", lower=17, upper=90, missing=True)
PAY = Column("pay", "integer", lower=0, upper=9999, cells=100)
RATE = Column("rate", "real", lower=-1, upper=1, cells=8)
DAY = Column("day", "date", lower="2020-01-01", upper="2020-12-31")
LEVEL = Column("level", "ordinal", ("low", "mid", "high"), missing=True)


def met(column: Column, data: Any) -> np.ndarray[Any, Any]:
    return read_condition(column.name, data).mask(column)


@pytest.mark.parametrize(
    ("lower", "upper"), [(None, None), (17, 90), (20, 30), (20, None), (None, 30), (25, 25), (30, 20), (20.0, 30.0)]
)
def test_a_range_of_whole_numbers_includes_its_ends_and_never_the_null(lower: Any, upper: Any) -> None:
    mask = Condition("age", lower=lower, upper=upper).mask(AGE)
    numbers = AGE.values[:-1]
    expected = (numbers >= (17 if lower is None else lower)) & (numbers <= (90 if upper is None else upper))
    assert np.array_equal(mask, np.append(expected, False))


@pytest.mark.parametrize(("lower", "upper"), [(-1, 1), (-0.5, 0.25), (-1, -0.75), (0.75, 1), (0.5, 0.5)])
def test_a_range_of_reals_leaves_out_its_upper_end_unless_it_is_the_columns(lower: float, upper: float) -> None:
    mask = met(RATE, {"lower": lower, "upper": upper})
    assert np.array_equal(mask, (RATE.edges[:-1] >= lower) & (RATE.edges[1:] <= upper))


def test_dates_are_given_as_texts_or_as_dates() -> None:
    mask = met(DAY, {"lower": "2020-02-01", "upper": date(2020, 2, 29)})
    assert np.flatnonzero(mask).tolist() == list(range(31, 60))
    assert np.array_equal(met(DAY, ["2020-02-29", date(2020, 2, 1)]), mask & np.isin(np.arange(366), [31, 59]))


@pytest.mark.parametrize(
    ("column", "values", "codes"),
    [
        (LEVEL, ["high", "(missing)"], [2, 3]),
        (AGE, ["17", 20], [0, 3]),
        (AGE, ["(missing)"], [74]),
        (Column("b", "boolean"), [True], [1]),
        (Column("b", "boolean"), ["false"], [0]),
    ],
)
def test_a_list_names_values(column: Column, values: list[Any], codes: list[int]) -> None:
    assert np.flatnonzero(met(column, values)).tolist() == codes


@pytest.mark.parametrize(
    ("column", "data", "message"),
    [
        (PAY, {"lower": 150}, r"lower = 150 lies inside the cell \[100, 199\]; use an end of it"),
        (PAY, {"upper": 200}, r"upper = 200 lies inside the cell \[200, 299\]"),
        (RATE, {"lower": 0.1}, r"lower = 0.1 lies inside the cell \[0.0, 0.25\)"),
        (RATE, {"upper": 0.1}, r"upper = 0.1 lies inside the cell \[0.0, 0.25\)"),
        (AGE, {"lower": 16}, "lower = 16 is not in its range, 17 to 90; leave it out"),
        (AGE, {"upper": 10**400}, "is not in its range"),
        (AGE, {"upper": 20.5}, "upper = 20.5 is not in its range"),
        (AGE, {"upper": "thirty"}, "upper must be a number, not 'thirty'"),
        (AGE, {"upper": True}, "upper must be a number, not True"),
        (DAY, {"upper": 20}, "upper must be a date as YYYY-MM-DD, not 20"),
        (DAY, {"upper": "2021-01-01"}, "is not in its range"),
        (LEVEL, {"upper": "mid"}, "is ordinal, it has no upper; give a list of values"),
        (LEVEL, ["mdi"], "has no value 'mdi'; did you mean 'mid'"),
        (LEVEL, [], "give a list of values or"),
        (LEVEL, "mid", "give a list of values or"),
        (LEVEL, {}, "a range has lower, upper or both, not nothing"),
        (LEVEL, {"lover": 3}, "a range has lower, upper or both, not lover"),
    ],
)
def test_what_does_not_fit_the_column_is_refused(column: Column, data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        met(column, data)
    assert str(caught.value).startswith(f"column {column.name!r}")


@pytest.mark.parametrize(
    "data", [["a", "b"], {"lower": 3}, {"upper": 2.5}, {"lower": "2020-01-01", "upper": "2021-01-01"}]
)
def test_conditions_are_written_as_they_are_read(data: Any) -> None:
    assert condition_data(read_condition("c", data)) == data
