import numpy as np
import pytest

from evaluators.queries.fixed_point import centred, in_units, present, upward
from search_spaces.synthetic_data.column import Column

AGE = Column("age", "integer", lower=20, upper=24, missing=True)


def test_values_are_spread_around_the_middle_and_a_null_is_nothing() -> None:
    assert centred(AGE, 10).tolist() == [-10, -5, 0, 5, 10, 0]
    assert upward(AGE, 10).tolist() == [0, 2, 5, 8, 10, 0]
    assert present(AGE).tolist() == [True] * 5 + [False]


def test_one_value_is_in_the_middle() -> None:
    constant = Column("c", "integer", lower=7, upper=7)
    assert centred(constant, 10).tolist() == [0]
    assert in_units(constant, np.array([0.3, np.nan])).tolist() == pytest.approx([7, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    "column",
    [
        AGE,
        Column("wage", "real", lower=-2.0, upper=6.0, cells=4),
        Column("day", "date", lower="2024-01-01", upper="2024-12-31", cells=10),
        Column("coarse", "integer", lower=0, upper=9, cells=3, missing=True),
        Column("grade", "ordinal", categories=("low", "mid", "high")),
        Column("flag", "boolean"),
    ],
)
def test_units_are_undone(column: Column) -> None:
    known = present(column)
    np.testing.assert_allclose(in_units(column, column.unit_values)[known], column.values[known])
