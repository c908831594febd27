"""Ranges: a binary tree over the values of a column; any interval is made of a few of its nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.cells import cell_query, cell_table
from evaluators.queries.query import Query
from evaluators.queries.reader import Reader, anything, names_of, ordered
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

LEVELS = 8


def build(spec: Mapping[str, Any], schema: Schema) -> tuple[Query, ...]:
    """Builds one query per column, or per column and column that it is crossed with: a table of cells per level.

    The nodes of a level share no value, whatever their edges, so that a row is in exactly one of them.

    Args:
        spec: ``columns`` (all ordered ones), ``by``: columns whose groups they are crossed with (none), ``levels``:
            how deep the tree is at most (8: 256 leaves).
        schema: the columns.

    Raises:
        ValueError: naming the key, the rule and the value.
    """
    reader = Reader(spec, schema, ("columns", "by", "levels"))
    most = reader.whole("levels", LEVELS)
    columns, others = reader.columns("columns", ordered, ordered), reader.columns("by", anything)
    if not columns:
        raise ValueError("ranges need a column of numbers, dates or ordered categories, there is none")
    pairs = [(column, other) for column in columns for other in others if other != column]
    return tuple(_query(schema, table, most) for table in (pairs if others else [(column,) for column in columns]))


def tree_levels(column: Column, most: int) -> Iterator[NDArray[np.int32]]:
    """Yields the node of each code ``(size,)`` for each level below the root; the null is in the last node, alone."""
    codes, values = np.arange(column.num_values, dtype=np.int64), column.num_values
    for level in range(1, min(most, max(1, (values - 1).bit_length())) + 1):
        # the deepest level has a node per value, without nodes that are empty
        nodes = codes * 2**level // values if 2**level < values else codes
        yield (np.append(nodes, nodes[-1] + 1) if column.missing else nodes).astype(np.int32)


def _query(schema: Schema, columns: tuple[int, ...], most: int) -> Query:
    column, *others = columns
    crossed = tuple(schema.columns[other].group_of for other in others)
    tables = tuple(
        cell_table(schema, columns, (nodes, *crossed)) for nodes in tree_levels(schema.columns[column], most)
    )
    by = f" by {names_of(schema, others)}" if others else ""
    return cell_query("ranges", f"ranges({names_of(schema, [column])}{by}; {len(tables)} levels)", tables, schema)
