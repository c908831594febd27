"""The other queries of a landscape: a row may contribute to any number of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import HalfSpaceQueries, ProductQueries
from evaluators.synthetic_data.alphabet import Alphabet

Luts = tuple[NDArray[np.int32] | None, ...]
"""Per column int32 of shape (num_letters, num_queries), None for a column without influence."""


@dataclass(frozen=True)
class DenseLayout:
    """Queries side by side.

    A row contributes ``[sum of additions <= thresholds] * product of factors``, both over the columns.

    Attributes:
        additions: per column, None for all zeros.
        factors: per column, None for all ones.
        thresholds: int32 of shape (num_queries,).
        weights: float32 of shape (num_queries,): 1 / (2 sigma^2).
        goals: int64 of shape (num_queries,), in units of 1/UNIT row.
    """

    additions: Luts
    factors: Luts
    thresholds: NDArray[np.int32]
    weights: NDArray[np.float32]
    goals: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Number of queries."""
        return len(self.thresholds)

    def touches(self, column: int) -> bool:
        """Says whether a column matters to any query."""
        return self.additions[column] is not None or self.factors[column] is not None


def dense_layout(
    forms: Sequence[ProductQueries | HalfSpaceQueries],
    goals: Sequence[NDArray[np.int64]],
    weights: Sequence[float],
    alphabets: Sequence[Alphabet],
) -> DenseLayout:
    """Lays queries side by side.

    Args:
        forms: any number.
        goals: per form int64 of shape (size,), in units of 1/UNIT row.
        weights: per form.
        alphabets: per column.
    """
    sizes = [form.size for form in forms]
    additions = [form.weights if isinstance(form, HalfSpaceQueries) else {} for form in forms]
    factors = [form.conditions if isinstance(form, HalfSpaceQueries) else form.factors for form in forms]
    thresholds = [
        form.thresholds if isinstance(form, HalfSpaceQueries) else np.zeros(form.size, np.int32) for form in forms
    ]
    return DenseLayout(
        tuple(_joined(additions, sizes, c, a, 0) for c, a in enumerate(alphabets)),
        tuple(_joined(factors, sizes, c, a, 1) for c, a in enumerate(alphabets)),
        np.concatenate([np.zeros(0, np.int32), *thresholds]),
        np.repeat(np.asarray(weights, np.float32), sizes),
        np.concatenate([np.zeros(0, np.int64), *goals]),
    )


def _joined(
    luts: Sequence[Mapping[int, NDArray[np.int32]]], sizes: Sequence[int], column: int, letters: Alphabet, neutral: int
) -> NDArray[np.int32] | None:
    if not any(column in lut for lut in luts):
        return None
    blocks = [
        lut[column][letters.representatives] if column in lut else np.full((letters.size, size), neutral, np.int32)
        for lut, size in zip(luts, sizes, strict=True)
    ]
    return np.concatenate(blocks, axis=1)
