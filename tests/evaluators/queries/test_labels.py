import numpy as np
import pytest

from evaluators.queries.labels import bound_label, group_label, span_label
from search_spaces.synthetic_data.column import Column

AGE = Column("age", "integer", lower=0, upper=9, missing=True)
WAGE = Column("wage", "real", lower=0.0, upper=1.0, cells=4)
DAY = Column("day", "date", lower="2024-02-28", upper="2024-03-02")
GRADE = Column("grade", "ordinal", categories=("low", "mid", "high"))


@pytest.mark.parametrize(
    ("column", "first", "last", "text"),
    [
        (AGE, 3, 3, "3"),
        (AGE, 3, 5, "[3, 5]"),
        (AGE, 10, 10, "(missing)"),
        (WAGE, 1, 2, "[0.25, 0.75)"),
        (WAGE, 1, 3, "[0.25, 1.0]"),
        (DAY, 0, 2, "[2024-02-28, 2024-03-01]"),
        (GRADE, 0, 1, "low to mid"),
    ],
)
def test_spans(column: Column, first: int, last: int, text: str) -> None:
    assert span_label(column, first, last) == text


@pytest.mark.parametrize(
    ("column", "code", "text"),
    [
        (AGE, 4, "age <= 4"),
        (WAGE, 1, "wage < 0.5"),
        (WAGE, 3, "wage <= 1.0"),
        (DAY, 1, "day <= 2024-02-29"),
        (GRADE, 1, "grade <= mid"),
    ],
)
def test_bounds(column: Column, code: int, text: str) -> None:
    assert bound_label(column, code) == text


def test_groups() -> None:
    groups = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3], np.int32)
    assert [group_label(AGE, groups, group) for group in range(4)] == [
        "age = [0, 2]", "age = [3, 5]", "age = [6, 9]", "age = (missing)",
    ]  # fmt: skip
