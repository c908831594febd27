"""The groups in which a column's values are shown: few enough for a chart, each with a readable label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.labels import span_label
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.days import day_text

_MONTH = 7
"""Characters of a date's year and month."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups of a column's values, put together for display.

    Attributes:
        shown: for each group that was measured, the one that it is shown in, ``(num_groups,)``.
        labels: of the groups shown.
        ticks: the same, short enough for an axis.
    """

    shown: NDArray[np.int64]
    labels: tuple[str, ...]
    ticks: tuple[str, ...]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many measured groups each group shown stands for."""
        return np.bincount(self.shown, minlength=len(self.labels))

    def totals(self, values: NDArray[np.float64], axis: int = 0) -> NDArray[np.float64]:
        """Adds up values of measured groups along an axis to those of the groups shown."""
        moved = np.moveaxis(values, axis, 0)
        added = np.zeros((len(self.labels), *moved.shape[1:]))
        np.add.at(added, self.shown, moved)
        return np.moveaxis(added, 0, axis)


def groups_of(column: Column, levels: NDArray[np.int32], importance: NDArray[np.float64], most: int) -> Groups:
    """Puts groups together until there are few enough.

    Args:
        column: whose values they are of.
        levels: the group of each code ``(size,)``, ascending.
        importance: of each group, ``(num_groups,)``: of values without an order, the least important go together.
        most: groups to show, besides the null's; at least 2.
    """
    null = column.missing and (len(levels) < 2 or levels[-1] != levels[-2])
    values = len(importance) - null
    if values <= most:
        shown = np.arange(values)
    elif column.is_ordered:
        shown = np.arange(values) * most // values
    else:
        return _with_others(column, levels, importance, most)
    shown = np.append(shown, shown[-1] + 1) if null else shown
    of_code = shown[levels]
    firsts = np.flatnonzero(np.append(True, of_code[1:] != of_code[:-1]))
    lasts = np.append(firsts[1:], len(levels)) - 1
    labels = tuple(span_label(column, int(first), int(last)) for first, last in zip(firsts, lasts, strict=True))
    return Groups(
        shown, labels, tuple(_tick(column, int(first), label) for first, label in zip(firsts, labels, strict=True))
    )


def _with_others(column: Column, levels: NDArray[np.int32], importance: NDArray[np.float64], most: int) -> Groups:
    """Shows the most important groups in their order, then the others together."""
    kept = np.sort(np.argsort(-importance, kind="stable")[: most - 1])
    shown = np.full(len(importance), len(kept))
    shown[kept] = np.arange(len(kept))
    firsts = np.searchsorted(levels, kept)
    lasts = np.searchsorted(levels, kept, side="right") - 1
    labels = [span_label(column, int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]
    labels.append(f"{len(importance) - len(kept):,} others")
    return Groups(shown, tuple(labels), tuple(labels))


def _tick(column: Column, first: int, label: str) -> str:
    if not column.is_numeric or first == column.null_code:
        return label
    low = column.cell_bounds(np.array([first]))[0][0].item()
    if column.kind == "date":
        return day_text(low)[:_MONTH]
    return f"{low:.4g}" if column.kind == "real" else str(low)
