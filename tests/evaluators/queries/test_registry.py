from typing import Any

import pytest

from evaluators.queries import build_queries
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema((Column("a", "boolean"), Column("b", "integer", lower=0, upper=4), Column("c", "boolean")))


def test_what_several_entries_ask_for_is_asked_once() -> None:
    specs: list[dict[str, Any]] = [
        {"kind": "marginals", "order": 2},
        {"kind": "marginals", "tables": [["b", "a"], ["b"]]},
        {"kind": "thresholds"},
        {"kind": "thresholds", "columns": ["b"]},
    ]
    names = [query.name for query in build_queries(specs, SCHEMA)]
    assert names == ["marginal(a, b)", "marginal(a, c)", "marginal(b, c)", "marginal(b)", "thresholds(b; 4)"]
    assert build_queries([], SCHEMA) == ()


def test_different_queries_of_one_name_are_refused() -> None:
    first, second = ([{"name": "x", "where": {"b": {"upper": upper}}}] for upper in (1, 2))
    specs = [{"kind": "linear", "queries": first}, {"kind": "linear", "queries": first}]
    assert len(build_queries(specs, SCHEMA)) == 1
    with pytest.raises(ValueError, match=r"workload 3: another query is called 'linear\(counts: x\)'; rename"):
        build_queries([*specs, {"kind": "linear", "queries": second}], SCHEMA)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"kind": "marginal"}, "workload 1: kind 'marginal' is unknown; did you mean 'marginals'"),
        ({}, "workload 1: kind None is unknown; known: 'marginals', 'ranges'"),
        ({"kind": ["marginals"]}, "workload 1: kind .* is unknown"),
        ("marginals", "workload 1 must be a section of keys, not 'marginals'"),
        (
            {"kind": "marginals", "columns": ["d"]},
            r"workload 1 \(marginals\): there is no column 'd'; known: 'a', 'b', 'c'",
        ),
    ],
)
def test_mistakes_name_the_entry(spec: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_queries([spec], SCHEMA)
