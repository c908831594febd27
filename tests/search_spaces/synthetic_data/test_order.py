import itertools

import numpy as np
import pytest

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.condition import Condition
from search_spaces.synthetic_data.constraint import Constraint
from search_spaces.synthetic_data.order import in_order
from search_spaces.synthetic_data.row_rules import RowRules
from search_spaces.synthetic_data.schema import Schema


def chain(columns: tuple[Column, ...]) -> Schema:
    orders = [Constraint("order", Condition(x.name), Condition(y.name)) for x, y in itertools.pairwise(columns)]
    return Schema(columns, tuple(orders))


COARSE = {
    "whole": chain(tuple(Column(n, "integer", lower=0, upper=99, cells=3, missing=True) for n in "abcd")),
    "dates": chain(tuple(Column(n, "date", lower="2000-01-01", upper="2020-12-31", cells=2) for n in "abc")),
    "reals": chain(tuple(Column(n, "real", lower=-1, upper=1, cells=2, missing=True) for n in "abc")),
    "mixed": chain(
        (
            Column("a", "real", lower=0, upper=10, cells=3),
            Column("b", "integer", lower=-5, upper=12, cells=4, missing=True),
        )
    ),
    "mixed the other way": chain(
        (Column("a", "integer", lower=-5, upper=12, cells=4), Column("b", "real", lower=0, upper=10, cells=3))
    ),
}


@pytest.mark.parametrize("name", COARSE)
def test_values_come_out_in_order_and_inside_their_cells(name: str) -> None:
    schema = COARSE[name]
    generator = np.random.default_rng(0)
    codes = RowRules(schema).draw(3_000, generator)
    values = {}
    for i, column in enumerate(schema.columns):
        cells = np.minimum(codes[:, i], column.num_values - 1)
        low, high = column.cell_bounds(cells)[0], column.greatest_values(cells)
        if column.kind == "real":
            values[i] = np.minimum(low + generator.random(len(low)) * (high - low), high)
        else:
            values[i] = generator.integers(low, high + 1)
    moved = in_order(schema, codes, values)
    for i, column in enumerate(schema.columns):
        present = codes[:, i] < column.num_values
        assert column.is_inside(moved[i][present]).all()
        assert np.array_equal(column.codes_of_numbers(moved[i][present]), codes[present, i])
        assert moved[i].dtype == values[i].dtype
    broken = 0
    for i, j in itertools.pairwise(range(len(schema.columns))):
        both = (codes[:, i] < schema.columns[i].num_values) & (codes[:, j] < schema.columns[j].num_values)
        assert np.all(moved[i][both] <= moved[j][both])
        broken += int(np.sum(values[i][both] > values[j][both]))
    assert broken > 100


def test_what_is_in_order_stays_as_it_is() -> None:
    schema = COARSE["whole"]
    codes = np.array([[0, 0, 1, 2], [3, 0, 3, 0], [1, 1, 1, 1]], dtype=np.int32)
    rows = np.array([[3, 5, 40, 90], [-1, 9, -1, 9], [40, 40, 50, 60]])
    moved = in_order(schema, codes, {i: rows[:, i] for i in range(4)})
    assert np.array_equal(np.stack([moved[i] for i in range(4)], axis=1), rows)


def test_ordinals_and_other_constraints_have_nothing_to_move() -> None:
    levels = chain(tuple(Column(n, "ordinal", ("a", "b")) for n in "xy"))
    assert in_order(levels, np.zeros((2, 2), dtype=np.int32), {}) == {}
