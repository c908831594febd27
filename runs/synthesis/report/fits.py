"""How far the synthetic table is from the noisy answers, class by class of queries."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import ProductQueries
from evaluators.queries.query import Query
from runs.synthesis.answered import Answered
from runs.synthesis.report.data import Fit

SHARES = "of the rows"
PARTS = "of the largest answer that there could be"

_MEAN_OF_NOISE = math.sqrt(2 / math.pi)
"""The mean absolute value of Gaussian noise over its standard deviation."""


def fits(answers: Sequence[Answered], private_rows: float) -> tuple[Fit, ...]:
    """Returns the fit of every class of queries, in the order in which they were measured.

    Args:
        answers: of both tables.
        private_rows: rows of the private table, public or estimated.
    """
    classes: dict[str, list[Answered]] = {}
    for answer in answers:
        classes.setdefault(class_name(answer.query), []).append(answer)
    return tuple(_fit(name, found, private_rows) for name, found in classes.items())


def class_name(query: Query) -> str:
    """Returns the class of a query in words; marginals are told apart by their number of columns."""
    if query.kind == "marginals":
        columns = len(query.columns)
        return f"marginals of {columns} column{'s' * (columns != 1)}"
    return query.kind.replace("_", " ")


def peaks(query: Query) -> NDArray[np.float64]:
    """Returns what one row can add to each answer at most, ``(size,)``: 1 where rows are counted."""
    parts = [np.full(form.size, float(form.peak if isinstance(form, ProductQueries) else 1)) for form in query.forms]
    return np.concatenate(parts)


def unit(queries: Sequence[Query]) -> str:
    """Returns what errors divided by the peaks are shares of."""
    return SHARES if all((peaks(query) == 1).all() for query in queries) else PARTS


def _fit(name: str, answers: Sequence[Answered], private_rows: float) -> Fit:
    largest = [private_rows * peaks(answer.query) for answer in answers]
    errors = np.concatenate(
        [np.abs(answer.ours - answer.noisy) / most for answer, most in zip(answers, largest, strict=True)]
    )
    noise = np.concatenate([answer.sigma / most for answer, most in zip(answers, largest, strict=True)])
    squares = np.concatenate([answer.residuals**2 for answer in answers])
    return Fit(
        name=name,
        answers=len(errors),
        unit=unit([answer.query for answer in answers]),
        mean_error=float(errors.mean()),
        max_error=float(errors.max()),
        mean_noise=float(_MEAN_OF_NOISE * noise.mean()),
        ratio=float(squares.mean()),
    )
