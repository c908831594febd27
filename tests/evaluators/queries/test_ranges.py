import itertools

import numpy as np
import pytest

from evaluators.queries.ranges import build, tree_levels
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

AGE = Column("age", "integer", lower=0, upper=9, missing=True)
SCHEMA = Schema(
    (AGE, Column("sex", "categorical", categories=("f", "m")), Column("wage", "real", lower=0.0, upper=1.0))
)


@pytest.mark.parametrize("values", [1, 2, 3, 7, 8, 9, 100, 256, 1000])
@pytest.mark.parametrize("missing", [False, True])
def test_each_level_splits_the_nodes_of_the_level_above(values: int, missing: bool) -> None:
    column = Column("x", "integer", lower=0, upper=values - 1, missing=missing)
    levels = list(tree_levels(column, 20))
    assert len(levels) == max(1, int(np.ceil(np.log2(values))))
    for level, nodes in enumerate(levels, 1):
        counts = np.bincount(nodes[:values])
        assert len(counts) == min(2**level, values)
        assert np.ptp(counts) <= 1
        if missing:
            assert (nodes == nodes[-1]).sum() == 1
    for upper, lower in itertools.pairwise(levels):
        children = {int(node): set(lower[upper == node].tolist()) for node in upper[:values]}
        assert sum(map(len, children.values())) == len(set(lower[:values].tolist()))
        assert max(map(len, children.values())) <= 2
    np.testing.assert_array_equal(levels[-1][:values], np.arange(values))


def test_any_interval_is_made_of_nodes() -> None:
    (query,) = build({"columns": ["age"]}, SCHEMA)
    codes = np.random.default_rng(0).integers(0, SCHEMA.sizes, (300, 3)).astype(np.int32)
    answers = dict(zip(map(query.label, range(query.size)), query.answers(codes), strict=True))
    ages = codes[:, 0]
    assert answers["age = [0, 4]"] == (ages <= 4).sum()
    # the tree of ten values splits at 5, then at 3 and 8
    assert answers["age = [0, 2]"] + answers["age = [3, 4]"] == (ages <= 4).sum()
    assert answers["age = [8, 9]"] == ((ages == 8) | (ages == 9)).sum()
    assert answers["age = (missing)"] == (ages == 10).sum()


def test_a_value_on_a_shared_edge_is_in_one_node_of_each_level() -> None:
    (query,) = build({"columns": ["wage"]}, SCHEMA)
    wage = SCHEMA.column("wage")
    on_edges = wage.codes_of_numbers(np.arange(257) / 256)
    for code in on_edges:
        answers = query.answers(np.array([[0, 0, code]], np.int32))
        assert answers.sum() == len(query.forms) == 8
        assert answers.max() == 1
    assert query.norms["add_remove"] == pytest.approx(8**0.5)
    assert query.norms["replace"] == 4
    assert query.unit_changes == {"add_remove": 8, "replace": 16}


def test_the_upper_bound_is_in_the_last_node() -> None:
    (query,) = build({"columns": ["wage"], "levels": 1}, SCHEMA)
    code = int(SCHEMA.column("wage").codes_of_numbers(np.array([1.0]))[0])
    assert query.answers(np.array([[0, 0, code]], np.int32)).tolist() == [0, 1]
    assert query.label(1) == "wage = [0.5, 1.0]"


def test_ranges_are_crossed_with_categories() -> None:
    queries = build({"columns": ["age"], "by": ["sex", "age"], "levels": 2}, SCHEMA)
    assert [query.name for query in queries] == ["ranges(age by sex; 2 levels)"]
    assert [form.shape for form in queries[0].forms] == [(3, 2), (5, 2)]
    assert queries[0].label(0) == "age = [0, 4], sex = f"
    assert queries[0].label(15) == "age = (missing), sex = m"


def test_all_ordered_columns_by_default_and_the_levels_that_they_need() -> None:
    assert [query.name for query in build({}, SCHEMA)] == ["ranges(age; 4 levels)", "ranges(wage; 8 levels)"]


def test_mistakes_are_named() -> None:
    with pytest.raises(ValueError, match="columns takes numbers, dates and ordinals; 'sex' is categorical"):
        build({"columns": ["sex"]}, SCHEMA)
    with pytest.raises(ValueError, match="ranges need a column of numbers, dates or ordered categories, there is none"):
        build({}, Schema((SCHEMA.columns[1],)))
    with pytest.raises(ValueError, match="levels must be a whole number of at least 1, not 0"):
        build({"levels": 0}, SCHEMA)
