import pickle

import numpy as np
import pytest

from evaluators.queries.cells import cell_query, cell_table
from evaluators.queries.form import CellTable, HalfSpaceQueries, ProductQueries
from evaluators.queries.query import Query, answer_all
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema((Column("a", "integer", lower=0, upper=2), Column("b", "boolean")))
LEVEL = np.arange(3, dtype=np.int32)


def _cells(name: str, *columns: int) -> Query:
    tables = tuple(cell_table(SCHEMA, (c,), (SCHEMA.columns[c].group_of,)) for c in columns)
    return cell_query("marginals", name, tables, SCHEMA)


def _products(value: int) -> Query:
    form = ProductQueries({0: np.full((3, 2), value, np.int32)})
    return Query("linear", "x", (form,), {"add_remove": 2.0, "replace": 2.0}, str)


def test_only_tables_of_cells_change_by_one() -> None:
    assert _cells("x", 0, 1).unit_changes == {"add_remove": 2, "replace": 4}
    assert _products(1).unit_changes is None


def test_size_and_columns_cover_all_forms() -> None:
    query = _cells("x", 1, 0)
    assert query.size == 5
    assert query.columns == (0, 1)
    assert [query.label(i) for i in range(5)] == ["b = false", "b = true", "a = 0", "a = 1", "a = 2"]


@pytest.mark.parametrize("index", [-1, 5])
def test_there_is_no_label_beyond_the_answers(index: int) -> None:
    with pytest.raises(IndexError, match=f"x has 5 answers, there is none at {index}"):
        _cells("x", 0, 1).label(index)


def test_many_queries_are_answered_in_one_pass() -> None:
    codes = np.array([[0, 1], [2, 1], [2, 0]], np.int32)
    queries = [_cells("x", 0), _products(3), _cells("y", 1)]
    answers = answer_all(queries, codes, chunk_rows=2)
    assert [part.tolist() for part in answers] == [[1, 0, 2], [9, 9], [1, 2]]
    assert answer_all([], codes) == []


def test_queries_are_the_same_when_nothing_that_is_measured_differs() -> None:
    assert _cells("x", 0).same_as(_cells("y", 0))
    assert not _cells("x", 0).same_as(_cells("x", 1))
    assert _products(1).same_as(_products(1))
    assert not _products(1).same_as(_products(2))
    weights = {0: np.ones((3, 1), np.int32)}
    spaces = [HalfSpaceQueries(weights, np.array([t], np.int32), {}) for t in (0, 1)]
    first, second = (Query("half_spaces", "x", (form,), {"add_remove": 1.0}, str) for form in spaces)
    assert first.same_as(first)
    assert not first.same_as(second)
    louder = Query("half_spaces", "x", (spaces[0],), {"add_remove": 2.0}, str)
    assert not first.same_as(louder)


def test_a_query_travels_to_a_worker() -> None:
    query = _cells("x", 0, 1)
    there = pickle.loads(pickle.dumps(query))
    assert there.same_as(query)
    assert there.label(3) == "b = false"
    assert isinstance(there.forms[0], CellTable)
