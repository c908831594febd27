import pytest

from runs.tables.explanation import explain
from search_spaces.synthetic_data.column import Column

_AGE = Column("age", "integer", lower=17, upper=90)
_BORN = Column("born", "date", lower="1900-01-01", upper="2000-12-31")
_SEX = Column("sex", "categorical", ("Female", "Male"))


@pytest.mark.parametrize(
    ("column", "text", "fault"),
    [
        (_AGE, "95", "must be from 17 to 90, not '95'; correct it, widen the range, or set outside = 'clamp'"),
        (_AGE, "abc", "must be a whole number, not 'abc'; correct it, or change the kind of the column"),
        (_AGE, "17.5", "must be a whole number, not '17.5'; correct it, or change the kind of the column"),
        (_AGE, "", "has a missing value (''); fill it in, or set missing = true in the schema"),
        (_AGE, " ? ", "has a missing value (' ? '); fill it in, or set missing = true in the schema"),
        (Column("x", "real", lower=0, upper=1), "inf", "must be from 0 to 1, not 'inf'; correct it, widen"),
        (Column("x", "real", lower=0, upper=1), "1,5", "must be a number, not '1,5'; correct it"),
        (_BORN, "2001-01-01", "must be from 1900-01-01 to 2000-12-31, not '2001-01-01'; correct it, widen"),
        (_BORN, "1999-02-29", "must be a date of the calendar, such as 2024-01-31, not '1999-02-29'; correct"),
        (Column("b", "boolean"), "maybe", "must be true or false, not 'maybe'; correct it"),
        (_SEX, "Femal", "has the unknown value 'Femal' (did you mean 'Female'?); correct it, add the category"),
        (_SEX, "42", "has the unknown value '42' (known: 'Female', 'Male'); correct it"),
        (Column("c", "categorical", ("NA",)), "?", "has a missing value ('?')"),
    ],
)  # fmt: skip
def test_rule_value_and_cure_are_named(column: Column, text: str, fault: str) -> None:
    found = explain(column, text)
    assert found.startswith(fault)
    assert "\n" not in found
