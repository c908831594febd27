"""Queries made of tables of cells, and how far a row moves them."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import MAX_CELLS, CellTable
from evaluators.queries.labels import CellLabels
from evaluators.queries.norms import root_above
from evaluators.queries.query import Query
from evaluators.queries.reader import names_of
from search_spaces.synthetic_data.schema import Schema


def cell_table(schema: Schema, columns: tuple[int, ...], levels: tuple[NDArray[np.int32], ...]) -> CellTable:
    """Makes a table of cells.

    Args:
        schema: the columns.
        columns: those that the table looks at.
        levels: for each of them the group of each code, the last code being in the last group.

    Raises:
        ValueError: for too many cells, naming the columns.
    """
    cells = prod(int(level[-1]) + 1 for level in levels)
    if cells > MAX_CELLS:
        raise ValueError(
            f"the table of {names_of(schema, columns)} has {cells:,} cells, the limit is {MAX_CELLS:,}; count its "
            "columns in fewer groups"
        )
    return CellTable(columns, levels)


def cell_query(kind: str, name: str, tables: tuple[CellTable, ...], schema: Schema) -> Query:
    """Makes a query of tables that are measured together.

    A row is in one cell of each table; its replacement leaves that cell and enters another one. The bound is reached
    by every table of more than one cell.
    """
    norms = {"add_remove": root_above(len(tables)), "replace": root_above(2 * len(tables))}
    return Query(kind, name, tables, norms, CellLabels(tables, schema))
