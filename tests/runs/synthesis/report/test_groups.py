import numpy as np

from runs.synthesis.report.groups import groups_of
from search_spaces.synthetic_data.column import Column

LETTERS = tuple("abcdefgh")


def test_few_groups_stay_as_they_are() -> None:
    column = Column("c", "categorical", LETTERS, missing=True)
    groups = groups_of(column, column.group_of, np.arange(9.0), 8)
    assert groups.labels == (*LETTERS, "(missing)")
    assert groups.counts.tolist() == [1] * 9


def test_the_least_important_values_without_an_order_go_together() -> None:
    column = Column("c", "categorical", LETTERS)
    groups = groups_of(column, column.group_of, np.array([1.0, 9, 1, 8, 1, 7, 1, 1]), 4)
    assert groups.labels == ("b", "d", "f", "5 others")
    assert groups.totals(np.array([1.0, 9, 1, 8, 1, 7, 1, 1])).tolist() == [9, 8, 7, 5]


def test_values_with_an_order_go_together_in_runs_and_the_null_stays_alone() -> None:
    column = Column("n", "integer", lower=1, upper=10, missing=True)
    groups = groups_of(column, column.group_of, np.ones(11), 5)
    assert groups.labels == ("[1, 2]", "[3, 4]", "[5, 6]", "[7, 8]", "[9, 10]", "(missing)")
    assert groups.ticks == ("1", "3", "5", "7", "9", "(missing)")
    assert groups.totals(np.arange(11.0)).tolist() == [1, 5, 9, 13, 17, 10]


def test_both_sides_of_a_table_are_added_up() -> None:
    column = Column("n", "integer", lower=1, upper=4)
    groups = groups_of(column, column.group_of, np.ones(4), 2)
    table = np.arange(16.0).reshape(4, 4)
    both = groups.totals(groups.totals(table), 1)
    assert both.tolist() == [[table[:2, :2].sum(), table[:2, 2:].sum()], [table[2:, :2].sum(), table[2:, 2:].sum()]]


def test_dates_have_short_ticks() -> None:
    column = Column("d", "date", lower="2020-01-01", upper="2020-12-31", groups=4)
    groups = groups_of(column, column.group_of, np.ones(4), 8)
    assert groups.ticks[0] == "2020-01"
    assert groups.labels[0].startswith("[2020-01-01, 2020-0")
