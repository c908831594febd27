"""Correlation: sums, squares and products of values, as small whole numbers around the middle of their range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.fixed_point import centred
from evaluators.queries.form import ProductQueries
from evaluators.queries.norms import root_above
from evaluators.queries.query import Query
from evaluators.queries.reader import Reader, names_of, numeric, require_entries, scaled
from search_spaces.synthetic_data.schema import Schema

STEPS = 31
"""Steps from the middle of a range to its ends: sums of products over 2 million rows fit in 32 bits."""


def build(spec: Mapping[str, Any], schema: Schema) -> tuple[Query, ...]:
    """Builds one query of all columns.

    Besides its columns a row has a constant, :data:`STEPS`. The answers are the products of all pairs, the constant's
    with itself (the number of rows) and with the columns (their sums) among them, so that one noise suits all.
    A null is in the middle of its range.

    Args:
        spec: ``columns`` (all numbers and dates).
        schema: the columns.

    Raises:
        ValueError: naming the key, the rule and the value.
    """
    columns = Reader(spec, schema, ("columns",)).columns("columns", scaled, numeric)
    if len(columns) < 2:
        raise ValueError(f"a correlation needs two columns of numbers or dates, there are {len(columns)}; name columns")
    labels = ProductLabels(schema, columns)
    require_entries(schema, columns, len(labels.pairs))
    values = {column: centred(schema.columns[column], STEPS) for column in columns}
    form = ProductQueries({column: _factor(values[column], i, labels.pairs) for i, column in enumerate(columns, 1)})
    name = f"correlation({names_of(schema, columns)})"
    return (Query("correlation", name, (form,), _norms(list(values.values())), labels),)


def derived(query: Query, answers: NDArray[np.floating[Any] | np.integer[Any]]) -> NDArray[np.float64]:
    """Returns Pearson's coefficients ``(num_columns, num_columns)``; NaN beside a column without variance.

    Args:
        query: one that :func:`build` made.
        answers: its exact or noisy answers ``(size,)``.
    """
    assert isinstance(query.labeller, ProductLabels)
    first, second = np.array(query.labeller.pairs).T
    products = np.zeros((len(query.labeller.columns) + 1,) * 2)
    products[first, second] = products[second, first] = answers
    rows = products[0, 0]
    if rows <= 0:
        return np.full((len(products) - 1,) * 2, np.nan)
    covariance = products[1:, 1:] - np.outer(products[0, 1:], products[0, 1:]) / rows
    variance = np.diag(covariance)
    spread = np.sqrt(np.where(variance > 0, variance, np.nan))
    coefficients: NDArray[np.float64] = np.clip(covariance / np.outer(spread, spread), -1, 1)
    return coefficients


@dataclass(frozen=True, eq=False)
class ProductLabels:
    """The names of the products.

    Attributes:
        schema: all columns.
        columns: those that are correlated.
    """

    schema: Schema
    columns: tuple[int, ...]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The factors of each answer: 0 is the constant, i the i-th column."""
        places = range(len(self.columns) + 1)
        return [(i, j) for i in places for j in places if i <= j]

    def __call__(self, index: int) -> str:
        """Returns the name of a product."""
        names = ["1", *(self.schema.columns[column].name for column in self.columns)]
        first, second = self.pairs[index]
        return f"sum of {names[first]} x {names[second]}"


def _factor(values: NDArray[np.int64], place: int, pairs: list[tuple[int, int]]) -> NDArray[np.int32]:
    """Returns a column's factor in each product; the first column carries the constant's square."""
    factors = []
    for pair in pairs:
        power = values ** pair.count(place)
        if 0 in pair and place == max(*pair, 1):
            power = power * STEPS ** pair.count(0)
        factors.append(power)
    return np.stack(factors, axis=1).astype(np.int32)


def _norms(values: list[NDArray[np.int64]]) -> dict[str, float]:
    """Returns bounds for the products x_i x_j, i <= j, of a row x, the constant included.

    With M_i the largest x_i^2, the squared norm is ((sum x_i^2)^2 + sum x_i^4) / 2, largest where all x_i are. The
    squared distance of rows x and y is ((sum x_i^2)^2 + (sum y_i^2)^2 - 2 (sum x_i y_i)^2 + sum (x_i^2 - y_i^2)^2) / 2.
    Without its negative term it is convex in the squares, so largest where each is 0 or M_i, and there at most
    (sum M_i)^2, which rows at the ends of their ranges and at right angles reach; others come within 7 %.
    """
    largest = [STEPS**2, *(int(np.abs(value).max()) ** 2 for value in values)]
    alone = (sum(largest) ** 2 + sum(square**2 for square in largest)) // 2
    return {"add_remove": root_above(alone), "replace": float(sum(largest))}
