"""How far one row can move the answers of given queries: exactly where its possible contributions can be listed."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nextafter, sqrt

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import ProductQueries, magnitudes

MAX_PATTERNS = 2048
"""Different contributions of a row that are listed and compared pair by pair."""

_MAX_ENTRIES = 2**22


def product_norms(form: ProductQueries) -> dict[str, float]:
    """Returns bounds on the L2 distance of neighbours for factors of at least 0.

    Columns join the list of possible contributions one after the other; one that would make the list too long counts
    with its largest factor of each query instead. Without such a column the bounds are exact.
    """
    assert all(factor.min() >= 0 for factor in form.factors.values())
    patterns, exact = np.ones((1, form.size)), True
    columns = [np.unique(factor, axis=0).astype(np.float64) for factor in form.factors.values()]
    most = min(MAX_PATTERNS, max(1, _MAX_ENTRIES // form.size))
    for factors in sorted(columns, key=len):
        if len(factors) * len(patterns) <= most:
            products = patterns[:, None, :] * factors[None, :, :]
            patterns = np.unique(products.reshape(-1, form.size), axis=0)
        else:
            patterns, exact = patterns * factors.max(axis=0), False
    alone = int((patterns**2).sum(axis=1).max())
    if exact:
        return {"add_remove": root_above(alone), "replace": root_above(_farthest(patterns))}
    # no answer changes by more than its largest contribution, as none is negative
    peaks = np.prod([magnitudes(factor).astype(np.float64) for factor in form.factors.values()], axis=0)
    return {"add_remove": root_above(alone), "replace": root_above(min(2 * alone, int((peaks**2).sum())))}


def root_above(square: int) -> float:
    """Returns the least double whose square is at least a whole number: a bound must not be rounded down."""
    root = sqrt(square)
    while Fraction(root) ** 2 < square:
        root = nextafter(root, inf)
    return root


def _farthest(patterns: NDArray[np.float64]) -> int:
    """Returns the largest squared distance between two rows of whole numbers."""
    squares = (patterns**2).sum(axis=1)
    return int((squares[:, None] + squares[None, :] - 2 * patterns @ patterns.T).max())
