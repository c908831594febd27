"""Prefixes: how many rows of a category lie below a threshold in each of two columns (Private-GSD, arXiv 2306.03257).

The paper crosses each random pair of thresholds with all values of a category; here every query has a pair of its own
and the values take turns, so that as many queries see more of the data under the same noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.categories import Categories, draw_categories, read_categories
from evaluators.queries.form import ProductQueries
from evaluators.queries.labels import bound_label
from evaluators.queries.query import Query
from evaluators.queries.reader import Reader, names_of, numeric, ordered, require_entries, widest
from search_spaces.synthetic_data.schema import Schema

COUNT = 1000


def build(spec: Mapping[str, Any], schema: Schema) -> tuple[Query, ...]:
    """Builds one query of all prefixes.

    Args:
        spec: ``count`` (1000), ``seed`` of the public random choice (0), ``columns`` of the thresholds (all numbers and
            dates), ``categories``: columns of the categories (all without an order; an empty list for none).
        schema: the columns.

    Raises:
        ValueError: naming the key, the rule and the value.
    """
    reader = Reader(spec, schema, ("count", "seed", "columns", "categories"))
    count, seed = reader.whole("count", COUNT), reader.whole("seed", 0, least=0)
    columns, others = reader.columns("columns", ordered, numeric), read_categories(reader, "categories")
    if len(columns) < 2:
        raise ValueError(
            f"prefixes need two columns of numbers, dates or ordinals, there are {len(columns)}; name columns"
        )
    if set(columns) & set(others):
        raise ValueError(f"categories and columns share {names_of(schema, sorted(set(columns) & set(others)))!r}")
    require_entries(schema, [*widest(schema, columns, 2), *widest(schema, others, 1)], count)
    prefixes = _draw(schema, columns, others, count, np.random.default_rng(seed))
    by = f" by {names_of(schema, others)}" if others else ""
    name = f"prefixes({names_of(schema, columns)}{by}; {count} of seed {seed})"
    return (Query("prefixes", name, prefixes.forms(), prefixes.categories.norms(), prefixes),)


@dataclass(frozen=True, eq=False)
class Prefixes:
    """Prefixes, sorted by the columns that they look at; called with an index it gives the name of one.

    Attributes:
        schema: the columns.
        columns: the two columns of each prefix, ``(num_queries, 2)``.
        codes: the last code below each threshold, ``(num_queries, 2)``.
        categories: the condition of each.
    """

    schema: Schema
    columns: NDArray[np.int64]
    codes: NDArray[np.int64]
    categories: Categories

    def __call__(self, index: int) -> str:
        """Returns the name of a prefix."""
        pairs = zip(self.columns[index], self.codes[index], strict=True)
        parts = [bound_label(self.schema.columns[column], int(code)) for column, code in pairs]
        return ", ".join(parts + self.categories.labels(index))

    def forms(self) -> tuple[ProductQueries, ...]:
        """Returns a form for each set of columns, so that a form's factors are about all of its queries."""
        keys = np.column_stack((self.columns, self.categories.columns))
        starts = np.flatnonzero(np.append(True, (keys[1:] != keys[:-1]).any(axis=1)))
        return tuple(self._form(queries) for queries in np.split(np.arange(len(keys)), starts[1:]))

    def _form(self, queries: NDArray[np.int64]) -> ProductQueries:
        factors = {}
        for side in (0, 1):
            column = int(self.columns[queries[0], side])
            # a null, the last code, is below no threshold
            below = np.arange(self.schema.columns[column].size)[:, None] <= self.codes[queries, side][None, :]
            factors[column] = below.astype(np.int32)
        return ProductQueries({**factors, **self.categories.factors(queries)})


def _draw(
    schema: Schema, columns: tuple[int, ...], others: tuple[int, ...], count: int, rng: np.random.Generator
) -> Prefixes:
    pairs = np.array(list(combinations(columns, 2)))[rng.integers(0, len(columns) * (len(columns) - 1) // 2, count)]
    # below the greatest value lies everything, which is worth no noise
    tops = np.array([max(1, column.num_values - 1) for column in schema.columns])
    codes = rng.integers(0, tops[pairs])
    drawn = draw_categories(schema, others, count, rng)
    order = np.lexsort((drawn.columns, pairs[:, 1], pairs[:, 0]))
    return Prefixes(schema, pairs[order], codes[order], drawn.sorted_by(order))
