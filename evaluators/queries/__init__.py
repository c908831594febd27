"""Queries: what is asked of a table, one file per class of queries; answers are exact whole numbers."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from evaluators.queries.query import Query
from search_spaces.synthetic_data.nearest import nearest
from search_spaces.synthetic_data.schema import Schema

QUERIES = MappingProxyType(
    {
        "marginals": "evaluators.queries.marginals:build",
        "ranges": "evaluators.queries.ranges:build",
        "prefixes": "evaluators.queries.prefixes:build",
        "thresholds": "evaluators.queries.thresholds:build",
        "half_spaces": "evaluators.queries.half_spaces:build",
        "linear": "evaluators.queries.linear:build",
        "conditional_means": "evaluators.queries.conditional_means:build",
        "correlation": "evaluators.queries.correlation:build",
    }
)
"""Every registered class of queries by its name, as ``module:function`` of an entry of a workload and a schema."""


def build_queries(specs: Sequence[Mapping[str, Any]], schema: Schema) -> tuple[Query, ...]:
    """Builds the queries of a workload; what several entries ask for is asked once.

    Args:
        specs: entries as parsed from TOML, each with its ``kind``.
        schema: the columns.

    Raises:
        ValueError: naming the entry, the key, the rule and the value; for two different queries of one name too.
    """
    queries: dict[str, Query] = {}
    for number, spec in enumerate(specs, 1):
        if not isinstance(spec, Mapping):
            raise ValueError(f"workload {number} must be a section of keys, not {spec!r}")
        for query in _built(number, spec, schema):
            held = queries.setdefault(query.name, query)
            if held is not query and not held.same_as(query):
                raise ValueError(f"workload {number}: another query is called {query.name!r}; rename one of them")
    return tuple(queries.values())


def _built(number: int, spec: Mapping[str, Any], schema: Schema) -> tuple[Query, ...]:
    kind = spec.get("kind")
    if not isinstance(kind, str) or kind not in QUERIES:
        raise ValueError(f"workload {number}: kind {kind!r} is unknown; {nearest(str(kind), list(QUERIES))}")
    module, _, name = QUERIES[kind].partition(":")
    try:
        built: tuple[Query, ...] = getattr(importlib.import_module(module), name)(spec, schema)
    except ValueError as error:
        raise ValueError(f"workload {number} ({kind}): {error}") from None
    return built
