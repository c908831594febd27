"""Measurements: noisy answers, all that evolution ever learns of the private table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import CellTable
from evaluators.queries.query import Query


@dataclass(frozen=True, slots=True)
class Measurement:
    """The noisy answers to one query.

    Attributes:
        query: what was asked.
        answers: int64 of shape (query.size,), counts or sums over the private rows, with noise.
        sigma: standard deviation of the noise, in rows; 0 without noise.
    """

    query: Query
    answers: NDArray[np.int64]
    sigma: float

    def __post_init__(self) -> None:
        if self.answers.shape != (self.query.size,):
            raise ValueError(
                f"the answers to {self.query.name} must have the shape ({self.query.size},), not {self.answers.shape}"
            )
        if not 0 <= self.sigma < np.inf:
            raise ValueError(f"the noise of {self.query.name} must be 0 or more, not {self.sigma}")


def estimated_rows(measurements: Sequence[Measurement]) -> float | None:
    """Estimates the number of private rows from what was measured, None where no query counts every row once.

    Each cell table's sum estimates it; they are combined by the inverses of their variances.

    Args:
        measurements: any.
    """
    sums, variances = [], []
    for measurement in measurements:
        start = 0
        for form in measurement.query.forms:
            if isinstance(form, CellTable):
                sums.append(float(measurement.answers[start : start + form.size].sum()))
                variances.append(form.size * measurement.sigma**2)
            start += form.size
    if not sums:
        return None
    weights = 1 / np.maximum(variances, 1e-9)
    return float(np.average(sums, weights=weights))
