"""Random conditions on categories, spread evenly, so that a row meets as few of them as can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.norms import root_above
from evaluators.queries.reader import Reader, named
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

MAX_VALUES = 1024
"""Values of a column whose categories are drawn when none is named; each of more would hardly be asked."""


def unordered(column: Column) -> bool:
    """The columns whose categories are drawn when none is named."""
    return column.kind in ("categorical", "boolean") and column.size <= MAX_VALUES


@dataclass(frozen=True, eq=False)
class Categories:
    """One condition per query: a column has a value; the null is a value too.

    Attributes:
        columns: the column of each query ``(num_queries,)``, -1 for no condition.
        values: the code that it must have ``(num_queries,)``.
        schema: the columns.
    """

    columns: NDArray[np.int64]
    values: NDArray[np.int64]
    schema: Schema

    def sorted_by(self, order: NDArray[np.int64]) -> Categories:
        """Returns the conditions in another order."""
        return Categories(self.columns[order], self.values[order], self.schema)

    def labels(self, index: int) -> list[str]:
        """Returns the name of a query's condition, in a list that is empty when it has none."""
        if self.columns[index] < 0:
            return []
        column = self.schema.columns[self.columns[index]]
        return [f"{column.name} = {column.label(int(self.values[index]))}"]

    def norms(self) -> dict[str, float]:
        """Returns bounds on the L2 distance of neighbours, where a row adds 0 or 1 to a query whose condition it meets.

        A row meets the conditions on one value of each column, so at most those on the commonest; two rows differ in
        at most those on two values. Reached when nothing but the condition keeps a row from counting.
        """
        alone = changed = 0
        for column in np.unique(self.columns):
            counts = np.sort(np.bincount(self.values[self.columns == column]))[::-1]
            alone += int(counts[0])
            changed += int(counts[:2].sum()) if column >= 0 else int(counts[0])
        return {"add_remove": root_above(alone), "replace": root_above(changed)}

    def factors(self, queries: NDArray[np.int64]) -> dict[int, NDArray[np.int32]]:
        """Returns 0 or 1 for each code and each of some queries about one column, by that column; empty for none."""
        column = int(self.columns[queries[0]])
        if column < 0:
            return {}
        met = np.arange(self.schema.columns[column].size)[:, None] == self.values[queries][None, :]
        return {column: met.astype(np.int32)}


def read_categories(reader: Reader, key: str) -> tuple[int, ...]:
    """Returns the columns whose categories are drawn, all without an order unless the key names others."""
    return reader.columns(key, named, unordered)


def draw_categories(schema: Schema, columns: Sequence[int], count: int, rng: np.random.Generator) -> Categories:
    """Draws conditions: every value of the columns, in random order, again and again.

    Args:
        schema: the columns.
        columns: those that conditions are about; empty for no conditions.
        count: number of queries.
        rng: the source of the order.
    """
    if not columns:
        return Categories(np.full(count, -1), np.zeros(count, np.int64), schema)
    sizes = [schema.columns[column].size for column in columns]
    every_column = np.repeat(np.asarray(columns, np.int64), sizes)
    every_value = np.concatenate([np.arange(size, dtype=np.int64) for size in sizes])
    order = np.resize(rng.permutation(len(every_value)), count)
    return Categories(every_column[order], every_value[order], schema)
