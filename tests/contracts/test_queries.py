"""What every registered class of queries owes the measurements: exact answers, and sensitivities that bound them."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from evaluators.queries import QUERIES, build_queries
from evaluators.queries.correlation import STEPS as PRODUCT_STEPS
from evaluators.queries.query import Query, answer_all
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema
from tests.evaluators.queries.naive import (
    Row,
    all_codes,
    codes_of,
    holds,
    random_rows,
    random_schema,
    rows_apart,
    statements,
    unit_value,
)

SEEDS = range(6)


def _counted(schema: Schema, query: Query, row: Row) -> list[int]:
    """A row counts where everything that the label states holds."""
    labels = map(query.label, range(query.size))
    return [int(all(holds(schema, part, row) for part in statements(label))) for label in labels]


def _half_spaces(schema: Schema, query: Query, row: Row) -> list[int]:
    spaces: Any = query.labeller
    units = [unit_value(schema.columns[column], row[schema.columns[column].name]) for column in spaces.columns]
    point = np.array([0.0 if unit is None else unit - 0.5 for unit in units])
    # exact to 1/4096 of a direction's unit
    weights, threshold = (
        np.rint(4096 * spaces.directions * point),
        4096 * (spaces.directions * spaces.points).sum(axis=1),
    )
    below = weights.sum(axis=1) <= threshold
    return [
        int(below[i] and all(holds(schema, part, row) for part in statements(query.label(i))[1:]))
        for i in range(query.size)
    ]


def _linear(schema: Schema, query: Query, row: Row) -> list[int]:
    whole, real = row["whole"], unit_value(schema.column("real"), row["real"])
    wanted = {
        "everyone": 1,
        "first kind": int(row["kind"] == "a"),
        "low": int(whole is not None and whole <= 0 and row["kind"] == "a"),
        "sum": 0 if real is None else round(127 * real),
        "sum of the first kind": 0 if real is None or row["kind"] != "a" else round(127 * real),
    }
    return [wanted[query.label(i)] for i in range(query.size)]


def _conditional_means(schema: Schema, query: Query, row: Row) -> list[int]:
    contributions = []
    for i in range(query.size):
        what, group = query.label(i).split(", ", 1)
        unit = unit_value(schema.column(what.split()[-1]), row[what.split()[-1]])
        amount = 0 if unit is None else 127 if what.startswith("count") else round(127 * (2 * unit - 1))
        contributions.append(amount * holds(schema, group, row))
    return contributions


def _correlation(schema: Schema, query: Query, row: Row) -> list[int]:
    steps = {"1": PRODUCT_STEPS}
    for column in schema.columns:
        unit = unit_value(column, row[column.name])
        steps[column.name] = 0 if unit is None else round(PRODUCT_STEPS * (2 * unit - 1))
    pairs = [query.label(i).removeprefix("sum of ").split(" x ") for i in range(query.size)]
    return [steps[first] * steps[second] for first, second in pairs]


LINEAR = [
    {"name": "everyone"},
    {"name": "first kind", "where": {"kind": ["a"]}},
    {"name": "low", "where": {"whole": {"upper": 0}, "kind": ["a"]}},
    {"name": "sum", "value": "real"},
    {"name": "sum of the first kind", "where": {"kind": ["a"]}, "value": "real"},
]


@dataclass(frozen=True)
class Case:
    """What one row contributes, entries of a workload, and how far the bounds may lie above the truth."""

    naive: Callable[[Schema, Query, Row], list[int]]
    specs: list[dict[str, Any]]
    slack: float = 1.0


CASES = {
    "marginals": Case(_counted, [{"order": 1}, {"order": 2}, {"tables": [["kind", "real", "whole"]], "groups": 2}]),
    "ranges": Case(_counted, [{}, {"columns": "whole", "by": ["kind", "real"], "levels": 1}]),
    "thresholds": Case(_counted, [{}, {"columns": ["real"], "count": 2}]),
    "prefixes": Case(_counted, [{"count": 60}, {"count": 30, "seed": 5, "categories": []}]),
    "half_spaces": Case(_half_spaces, [{"count": 60}, {"count": 30, "seed": 5, "by": "kind"}], slack=2**0.5),
    "linear": Case(_linear, [{"queries": LINEAR}]),
    "conditional_means": Case(_conditional_means, [{"value": ["whole", "real"], "by": ["kind", "real"]}]),
    "correlation": Case(_correlation, [{}], slack=1.05),
}
"""A newly registered kind needs its own."""


def workload(kind: str, schema: Schema) -> tuple[Query, ...]:
    return build_queries([{"kind": kind, **spec} for spec in CASES[kind].specs], schema)


@pytest.fixture(params=sorted(QUERIES))
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_are_what_each_row_contributes_in_words(kind: str, seed: int) -> None:
    schema = random_schema(seed)
    rows = random_rows(schema, 40, seed)
    codes = codes_of(schema, rows)
    for query in workload(kind, schema):
        naive = np.sum([CASES[kind].naive(schema, query, row) for row in rows], axis=0)
        np.testing.assert_array_equal(query.answers(codes), naive, query.name)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_neighbours_differ_by_more_than_the_sensitivities(kind: str, seed: int) -> None:
    schema = random_schema(seed, num_more=1)
    codes = all_codes(schema)
    for query in workload(kind, schema):
        for neighbours, reached in _reached(query, codes).items():
            assert Fraction(query.norms[neighbours]) ** 2 >= reached, (query.name, neighbours)


def _reached(query: Query, codes: np.ndarray[Any, Any]) -> dict[str, int]:
    """Returns the largest squared distance of neighbours: of all rows from none, and of all pairs of rows."""
    alone = np.unique(rows_apart(query, codes), axis=0)
    apart = max(int(((alone - row) ** 2).sum(axis=1).max()) for row in alone)
    return {"add_remove": int((alone**2).sum(axis=1).max()), "replace": apart}


def test_sensitivities_are_tight_where_every_column_has_a_choice(kind: str) -> None:
    whole = Column("whole", "integer", lower=-1, upper=3)
    real = Column("real", "real", lower=0.0, upper=1.0, cells=4, missing=True)
    schema = Schema((whole, real, Column("kind", "categorical", categories=("a", "b", "c"), missing=True)))
    for query in workload(kind, schema):
        for neighbours, reached in _reached(query, all_codes(schema)).items():
            assert query.norms[neighbours] <= reached**0.5 * CASES[kind].slack * (1 + 1e-12), (query.name, neighbours)


@pytest.mark.parametrize("chunk_rows", [1, 7, 1000])
def test_chunks_do_not_matter(kind: str, chunk_rows: int) -> None:
    schema = random_schema(1)
    codes = codes_of(schema, random_rows(schema, 50, 1))
    queries = workload(kind, schema)
    together = answer_all(queries, codes, chunk_rows)
    for query, answers in zip(queries, together, strict=True):
        assert answers.dtype == np.int64
        np.testing.assert_array_equal(answers, query.answers(codes))
        parts = [form.answers(codes, chunk_rows) for form in query.forms]
        np.testing.assert_array_equal(answers, np.concatenate(parts))


def test_an_empty_table_answers_zero_and_rows_add_up(kind: str) -> None:
    schema = random_schema(2)
    codes = codes_of(schema, random_rows(schema, 30, 2))
    for query in workload(kind, schema):
        assert not query.answers(codes[:0]).any()
        np.testing.assert_array_equal(rows_apart(query, codes).sum(axis=0), query.answers(codes))


def test_unit_changes_bound_how_many_answers_change_by_one(kind: str) -> None:
    schema = random_schema(4, num_more=1)
    for query in workload(kind, schema):
        changes = query.unit_changes
        if changes is None:
            continue
        alone = np.unique(rows_apart(query, all_codes(schema)), axis=0)
        apart = np.concatenate([alone - row for row in alone])
        assert set(np.unique(alone)) | set(np.unique(np.abs(apart))) <= {0, 1}
        assert (alone != 0).sum(axis=1).max() <= changes["add_remove"]
        assert (apart != 0).sum(axis=1).max() <= changes["replace"]
        assert query.norms == pytest.approx({name: count**0.5 for name, count in changes.items()})


def test_queries_are_built_the_same_again_and_every_answer_has_its_own_label(kind: str) -> None:
    schema = random_schema(5)
    first, second = workload(kind, schema), workload(kind, schema)
    assert [query.name for query in first] == [query.name for query in second]
    assert len({query.name for query in first}) == len(first)
    for query, again in zip(first, second, strict=True):
        assert query.kind == kind
        assert query.same_as(again)
        assert all(query.label(i) == again.label(i) for i in range(query.size))
        with pytest.raises(IndexError):
            query.label(query.size)


@pytest.mark.parametrize("spec", [{"colums": []}, {"columns": ["knd"]}, {"columns": 3}, {"count": True}])
def test_mistakes_are_one_line_that_names_the_entry(kind: str, spec: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=rf"^workload 1 \({kind}\): .*$") as caught:
        build_queries([{"kind": kind, **spec}], random_schema(0))
    assert "\n" not in str(caught.value)
