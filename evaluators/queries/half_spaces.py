"""Half-spaces: how many rows of a category lie on one side of a random plane (Private-GSD, arXiv 2306.03257).

A direction is drawn from N(0, I / sqrt(d)) as in the paper, over the values of d columns scaled to [-1/2, 1/2]. The
plane goes through a random point of the domain rather than at a random distance, where it would often miss the domain.
Each query has a plane of its own and the values of the categories take turns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.categories import Categories, draw_categories, read_categories
from evaluators.queries.form import HalfSpaceQueries
from evaluators.queries.query import Query
from evaluators.queries.reader import Reader, names_of, numeric, ordered, require_entries, widest
from search_spaces.synthetic_data.schema import Schema

COUNT = 1000
SCALE = 2**12
"""Fixed-point units per unit of a direction: a weight stays far below 32 bits and its rounding below a cell's width."""


def build(spec: Mapping[str, Any], schema: Schema) -> tuple[Query, ...]:
    """Builds one query of all half-spaces.

    Args:
        spec: ``count`` (1000), ``seed`` of the public random choice (0), ``columns`` that planes cut (all numbers and
            dates), ``by``: columns of the categories (all without an order; an empty list for none).
        schema: the columns.

    Raises:
        ValueError: naming the key, the rule and the value.
    """
    reader = Reader(spec, schema, ("count", "seed", "columns", "by"))
    count, seed = reader.whole("count", COUNT), reader.whole("seed", 0, least=0)
    columns, others = reader.columns("columns", ordered, numeric), read_categories(reader, "by")
    if not columns:
        raise ValueError("half-spaces need a column of numbers, dates or ordinals, there is none; name columns")
    require_entries(schema, [*columns, *widest(schema, others, 1)], count)
    spaces = _draw(schema, columns, others, count, np.random.default_rng(seed))
    by = f" by {names_of(schema, others)}" if others else ""
    name = f"half_spaces({names_of(schema, columns)}{by}; {count} of seed {seed})"
    # a half-space that holds the whole domain reaches the bound; a usual one stays within sqrt(2) of it
    return (Query("half_spaces", name, spaces.forms(), spaces.categories.norms(), spaces),)


@dataclass(frozen=True, eq=False)
class HalfSpaces:
    """Half-spaces, sorted by the column of their category; called with an index it gives the name of one.

    Attributes:
        schema: the columns.
        columns: the columns that planes cut.
        directions: a direction per query, ``(num_queries, num_columns)``.
        points: a point of each plane in [-1/2, 1/2], ``(num_queries, num_columns)``.
        categories: the condition of each.
    """

    schema: Schema
    columns: tuple[int, ...]
    directions: NDArray[np.float64]
    points: NDArray[np.float64]
    categories: Categories

    def __call__(self, index: int) -> str:
        """Returns the name of a half-space, over values scaled to [-1/2, 1/2]."""
        terms = zip(self.directions[index], self.columns, strict=True)
        plane = " ".join(f"{weight:+.3f} {self.schema.columns[column].name}" for weight, column in terms)
        threshold = float(self.directions[index] @ self.points[index])
        return ", ".join([f"{plane} <= {threshold:.3f}", *self.categories.labels(index)])

    def forms(self) -> tuple[HalfSpaceQueries, ...]:
        """Returns a form for each column of a category."""
        places = self.categories.columns
        return tuple(self._form(np.flatnonzero(places == place)) for place in np.unique(places))

    def _form(self, queries: NDArray[np.int64]) -> HalfSpaceQueries:
        directions = self.directions[queries]
        weights = {
            column: _weights(_centred(self.schema, column), directions[:, i]) for i, column in enumerate(self.columns)
        }
        thresholds = np.floor(SCALE * (directions * self.points[queries]).sum(axis=1)).astype(np.int32)
        return HalfSpaceQueries(weights, thresholds, self.categories.factors(queries))


def _centred(schema: Schema, column: int) -> NDArray[np.float64]:
    """Returns the values scaled to [-1/2, 1/2] ``(size,)``; a null is in the middle and weighs nothing."""
    return schema.columns[column].unit_values - 0.5


def _weights(values: NDArray[np.float64], directions: NDArray[np.float64]) -> NDArray[np.int32]:
    weights = np.multiply.outer(SCALE * values, directions)
    return np.rint(weights, out=weights).astype(np.int32)


def _draw(
    schema: Schema, columns: tuple[int, ...], others: tuple[int, ...], count: int, rng: np.random.Generator
) -> HalfSpaces:
    shape = (count, len(columns))
    directions = rng.normal(0, len(columns) ** -0.25, shape)
    points = rng.uniform(-0.5, 0.5, shape)
    drawn = draw_categories(schema, others, count, rng)
    order = np.argsort(drawn.columns, kind="stable")
    return HalfSpaces(schema, columns, directions[order], points[order], drawn.sorted_by(order))
