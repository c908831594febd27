"""Marginals: how many rows have each combination of values of some columns; a null is a value too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.cells import cell_query, cell_table
from evaluators.queries.query import Query
from evaluators.queries.reader import Reader, anything, names_of
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

MAX_TABLES = 100_000
"""Tables of one entry of a workload."""


def build(spec: Mapping[str, Any], schema: Schema) -> tuple[Query, ...]:
    """Builds one query per table.

    Args:
        spec: ``order`` columns per table (2), out of ``columns`` (all but unique ones); or ``tables``, a list of lists
            of names. ``groups`` is the most groups that the values of a column are counted in, besides the null's;
            without it each column's own.
        schema: the columns.

    Raises:
        ValueError: naming the key, the rule and the value.
    """
    reader = Reader(spec, schema, ("order", "columns", "tables", "groups"))
    groups = reader.whole("groups", 0, least=1 if "groups" in spec else 0)
    suffix = f" in {groups} groups" if groups else ""
    tables = tuple(dict.fromkeys(_tables(reader)))
    levels = {column: levels_of(schema.columns[column], groups) for table in tables for column in table}
    return tuple(
        cell_query(
            "marginals",
            f"marginal({names_of(schema, table)}){suffix}",
            (cell_table(schema, table, tuple(levels[column] for column in table)),),
            schema,
        )
        for table in tables
    )


def levels_of(column: Column, most_groups: int = 0) -> NDArray[np.int32]:
    """Returns the group of each code ``(size,)``: the column's own, or runs of nearly equal length if those are more.

    Args:
        column: the column.
        most_groups: how many groups there may be, besides the null's; 0 for no limit.
    """
    if not most_groups or column.num_groups - column.missing <= most_groups:
        return column.group_of
    present = np.arange(column.num_values, dtype=np.int64) * most_groups // column.num_values
    return (np.append(present, most_groups) if column.missing else present).astype(np.int32)


def _tables(reader: Reader) -> Iterator[tuple[int, ...]]:
    if "tables" not in reader.spec:
        order, columns = reader.whole("order", 2), reader.columns("columns", anything, anything)
        if order > len(columns):
            raise ValueError(f"order must be at most the number of columns, which is {len(columns)}, not {order}")
        if comb(len(columns), order) > MAX_TABLES:
            raise ValueError(
                f"order = {order} makes {comb(len(columns), order):,} tables, the limit is {MAX_TABLES:,}; name columns"
            )
        yield from combinations(columns, order)
        return
    if "order" in reader.spec or "columns" in reader.spec:
        raise ValueError("tables names the columns of each table, so leave out order and columns")
    listed = reader.spec["tables"]
    if not isinstance(listed, list | tuple) or not listed:
        raise ValueError(f"tables must be a list of lists of names of columns, not {listed!r}")
    for number, names in enumerate(listed, 1):
        if not isinstance(names, list | tuple) or not names:
            raise ValueError(f"table {number} must be a list of names of columns, not {names!r}")
        yield reader.places(f"table {number}", names, anything)
