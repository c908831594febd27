"""Conditional means: the mean of a value among the rows of each category, as sums and counts under the same noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.fixed_point import centred, in_units, present
from evaluators.queries.form import ProductQueries
from evaluators.queries.labels import group_label
from evaluators.queries.norms import root_above
from evaluators.queries.query import Query
from evaluators.queries.reader import Reader, anything, require_entries, scaled
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

STEPS = 127
"""Steps from the middle of a value's range to its ends: sums over 16 million rows fit in 32 bits."""


def build(spec: Mapping[str, Any], schema: Schema) -> tuple[Query, ...]:
    """Builds one query per value and column that it is broken down by.

    Args:
        spec: ``value``, a column of numbers, dates, ordinals or booleans, or several; ``by``, a column or
            several, whose groups the means are taken in.
        schema: the columns.

    Raises:
        ValueError: naming the key, the rule and the value.
    """
    reader = Reader(spec, schema, ("value", "by"))
    values, others = reader.columns("value", scaled), reader.columns("by", anything)
    pairs = [(value, other) for value in values for other in others if value != other]
    if not pairs:
        raise ValueError("conditional means need a value and another column by which it is broken down; give both keys")
    return tuple(_query(schema, value, other) for value, other in pairs)


def derived(query: Query, answers: NDArray[np.floating[Any] | np.integer[Any]]) -> NDArray[np.float64]:
    """Returns the means in the value's units, ``(num_groups,)``; NaN for a group without rows.

    Args:
        query: one that :func:`build` made.
        answers: its exact or noisy answers ``(size,)``.
    """
    assert isinstance(query.labeller, MeanLabels)
    sums, counts = np.split(np.asarray(answers, np.float64), 2)
    means = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return in_units(query.labeller.value, (np.clip(means, -1, 1) + 1) / 2)


@dataclass(frozen=True, eq=False)
class MeanLabels:
    """The names of sums and counts.

    Attributes:
        value: the column of the value.
        by: the column of the groups.
    """

    value: Column
    by: Column

    def __call__(self, index: int) -> str:
        """Returns the name of an answer: the sums come first, then the counts."""
        group = group_label(self.by, self.by.group_of, index % self.by.num_groups)
        what = "sum of" if index < self.by.num_groups else "count of"
        return f"{what} {self.value.name}, {group}"


def _query(schema: Schema, place: int, other: int) -> Query:
    value, by = schema.columns[place], schema.columns[other]
    require_entries(schema, [place, other], 2 * by.num_groups)
    steps = centred(value, STEPS)
    # counts are worth as much as the ends of the range, so that noise of one scale suits both
    sums = np.repeat(np.stack((steps, STEPS * present(value)), axis=1), by.num_groups, axis=1)
    in_group = by.group_of[:, None] == np.arange(by.num_groups)[None, :]
    form = ProductQueries({place: sums.astype(np.int32), other: np.tile(in_group, 2).astype(np.int32)})
    name = f"conditional_means({value.name} by {by.name})"
    return Query("conditional_means", name, (form,), _norms(steps, by.num_groups), MeanLabels(value, by))


def _norms(steps: NDArray[np.int64], num_groups: int) -> dict[str, float]:
    """Returns the bounds: a row adds its value and its presence to one group, its replacement to that or another."""
    alone = int(np.abs(steps).max()) ** 2 + STEPS**2
    changed = max(alone, int(np.ptp(steps)) ** 2, 2 * alone * (num_groups > 1))
    return {"add_remove": root_above(alone), "replace": root_above(changed)}
