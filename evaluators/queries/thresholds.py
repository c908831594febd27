"""Thresholds: how many rows have at most some value, for some values of a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import ProductQueries
from evaluators.queries.labels import bound_label
from evaluators.queries.norms import root_above
from evaluators.queries.query import NEIGHBOURS, Query
from evaluators.queries.reader import Reader, ordered, require_entries
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

COUNT = 16


def build(spec: Mapping[str, Any], schema: Schema) -> tuple[Query, ...]:
    """Builds one query per column.

    Args:
        spec: ``columns`` (all ordered ones), ``count``: thresholds per column at most (16), which divide its values
            evenly.
        schema: the columns.

    Raises:
        ValueError: naming the key, the rule and the value.
    """
    reader = Reader(spec, schema, ("columns", "count"))
    count, columns = reader.whole("count", COUNT), reader.columns("columns", ordered, ordered)
    if not columns:
        raise ValueError("thresholds need a column of numbers, dates or ordered categories, there is none")
    return tuple(_query(schema, column, count) for column in columns)


@dataclass(frozen=True, eq=False)
class ThresholdLabels:
    """The names of thresholds.

    Attributes:
        column: the column.
        codes: the last code below each threshold.
    """

    column: Column
    codes: NDArray[np.int64]

    def __call__(self, index: int) -> str:
        """Returns the name of a threshold."""
        return bound_label(self.column, int(self.codes[index]))


def _query(schema: Schema, place: int, count: int) -> Query:
    column = schema.columns[place]
    codes = _thresholds(column.num_values, count)
    require_entries(schema, [place], len(codes))
    # a null, the last code, is below no threshold
    below = (np.arange(column.size)[:, None] <= codes[None, :]).astype(np.int32)
    # the least value is below all of them and the greatest below none: both bounds are reached
    norms = dict.fromkeys(NEIGHBOURS, root_above(len(codes)))
    name = f"thresholds({column.name}; {len(codes)})"
    return Query("thresholds", name, (ProductQueries({place: below}),), norms, ThresholdLabels(column, codes))


def _thresholds(values: int, count: int) -> NDArray[np.int64]:
    """Returns the last codes below thresholds that cut the values into parts of nearly equal length."""
    cuts = max(1, min(count, values - 1))
    return np.maximum(np.arange(1, cuts + 1, dtype=np.int64) * values // (cuts + 1) - 1, 0)
