"""How strongly columns of the synthetic table depend on each other, and what measured correlations say of that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from evaluators.queries import correlation
from evaluators.queries.marginals import levels_of
from runs.synthesis.answered import Answered
from runs.synthesis.report.data import Association
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema

_MOST_COLUMNS = 40
_MOST_GROUPS = 32
_MOST_ROWS = 500_000

_MEASURE = "Cramer's V, corrected for bias (Bergsma 2013)"


def cramers_v(counts: NDArray[np.int64]) -> float:
    """Returns Cramer's V of a table of counts, corrected for bias; NaN where one side has a single value.

    Without the correction two independent columns of many values seem to depend on each other.

    Args:
        counts: ``(values of the one, values of the other)``.
    """
    present = counts[counts.any(axis=1)][:, counts.any(axis=0)].astype(float)
    rows, columns, total = *present.shape, present.sum()
    if min(rows, columns) < 2 or total < 2:
        return math.nan
    expected = np.outer(present.sum(axis=1), present.sum(axis=0)) / total
    chance = (rows - 1) * (columns - 1) / (total - 1)
    strength = max(0.0, float(((present - expected) ** 2 / expected).sum()) / total - chance)
    least = min(side - (side - 1) ** 2 / (total - 1) for side in (rows, columns)) - 1
    return math.sqrt(min(1.0, strength / least)) if least > 0 else math.nan


def association(schema: Schema, codes: Codes) -> Association | None:
    """Returns the association of every two columns of the synthetic table; None where there are not two.

    Args:
        schema: the columns; ids are left out, for all of their values differ.
        codes: of the synthetic table; of very long ones evenly spaced rows.
    """
    columns = [place for place, column in enumerate(schema.columns) if not column.unique]
    if len(columns) < 2:
        return None
    shown = columns[:_MOST_COLUMNS]
    step = -(-len(codes) // _MOST_ROWS)
    levels = [levels_of(schema.columns[place], _MOST_GROUPS) for place in shown]
    grouped = [level[codes[::step, place]] for place, level in zip(shown, levels, strict=True)]
    sizes = [int(level[-1]) + 1 for level in levels]
    values = np.eye(len(shown))
    for i, j in combinations(range(len(shown)), 2):
        counts = np.bincount(grouped[i] * sizes[j] + grouped[j], minlength=sizes[i] * sizes[j])
        values[i, j] = values[j, i] = cramers_v(counts.reshape(sizes[i], sizes[j]))
    measure = f"{_MEASURE}, on at most {_MOST_GROUPS} groups of each column"
    if step > 1:
        measure += f", on every {step}th row"
    if len(shown) < len(columns):
        measure += f"; the first {len(shown)} of {len(columns)} columns"
    return _association("Association of columns", f"{measure}, of the synthetic table", schema, shown, values)


def correlations(schema: Schema, answers: Sequence[Answered]) -> tuple[Association, ...]:
    """Returns measured correlations: the synthetic table's coefficients, then what the noisy answers imply."""
    found = []
    for answer in answers:
        if answer.query.kind != "correlation":
            continue
        labels = answer.query.labeller
        assert isinstance(labels, correlation.ProductLabels)
        sides = (("the synthetic table", answer.ours), ("the noisy answers", answer.noisy))
        for whose, sums in sides:
            values = correlation.derived(answer.query, sums)
            measure = f"Pearson's correlation coefficient, of {whose}"
            found.append(_association(f"Correlation, {whose}", measure, schema, labels.columns, values))
    return tuple(found)


def _association(
    title: str, measure: str, schema: Schema, columns: Sequence[int], values: NDArray[np.float64]
) -> Association:
    names = tuple(schema.columns[place].name for place in columns)
    return Association(title, measure, names, tuple(tuple(line) for line in values.tolist()))
