import numpy as np
import pytest

from evaluators.queries.categories import Categories, draw_categories, read_categories
from evaluators.queries.reader import Reader
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema(
    (
        Column("sex", "categorical", categories=("f", "m"), missing=True),
        Column("flag", "boolean"),
        Column("grade", "ordinal", categories=("low", "high")),
        Column("age", "integer", lower=0, upper=9),
        Column("city", "categorical", categories=tuple(map(str, range(2000)))),
    )
)


@pytest.mark.parametrize("count", [1, 5, 7, 103])
def test_every_value_takes_its_turn(count: int) -> None:
    drawn = draw_categories(SCHEMA, (0, 1), count, np.random.default_rng(0))
    pairs = list(zip(drawn.columns.tolist(), drawn.values.tolist(), strict=True))
    assert set(pairs) <= {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)}
    turns = [pairs.count(pair) for pair in {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)}]
    assert sum(turns) == count
    assert max(turns) - min(turns) <= 1


@pytest.mark.parametrize("columns", [(0, 1), (0,), ()])
@pytest.mark.parametrize("seed", range(5))
def test_norms_are_those_of_the_farthest_rows(columns: tuple[int, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = draw_categories(SCHEMA, columns, 13, rng)
    met = np.array(
        [
            [int(c < 0 or (sex, flag)[c] == v) for c, v in zip(drawn.columns, drawn.values, strict=True)]
            for sex in range(3)
            for flag in range(2)
        ]
    )
    # a row that meets a condition may still not count, as all of them might not
    vectors = np.concatenate([met, np.zeros((1, 13), int)])
    apart = max(int(((vectors - row) ** 2).sum(axis=1).max()) for row in vectors)
    assert drawn.norms()["add_remove"] ** 2 == pytest.approx((met**2).sum(axis=1).max())
    assert drawn.norms()["replace"] ** 2 == pytest.approx(apart)


def test_a_column_of_one_value_cannot_be_changed() -> None:
    drawn = Categories(np.zeros(9, np.int64), np.zeros(9, np.int64), SCHEMA)
    assert drawn.norms() == {"add_remove": 3.0, "replace": 3.0}


def test_factors_and_labels_state_the_condition() -> None:
    drawn = Categories(np.array([0, 0, -1]), np.array([2, 1, 0]), SCHEMA)
    assert drawn.factors(np.array([0, 1]))[0].tolist() == [[0, 0], [0, 1], [1, 0]]
    assert drawn.factors(np.array([2])) == {}
    assert [drawn.labels(i) for i in range(3)] == [["sex = (missing)"], ["sex = m"], []]


def test_categories_without_order_and_not_too_many_are_meant_by_default() -> None:
    assert read_categories(Reader({}, SCHEMA, ("by",)), "by") == (0, 1)
    assert read_categories(Reader({"by": ["city", "grade"]}, SCHEMA, ("by",)), "by") == (2, 4)
    with pytest.raises(ValueError, match="by takes categories, ordinals and booleans; 'age' is integer"):
        read_categories(Reader({"by": ["age"]}, SCHEMA, ("by",)), "by")
