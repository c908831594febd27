"""How a figure is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

EXACT = "exact"
"""Derived from the graph; figures are right but for rounding."""

NUMERIC = "numeric"
"""Measured at points, or on random tensors."""


@dataclass(frozen=True, slots=True)
class Known:
    """A figure.

    Attributes:
        value: NaN where there is none.
        how: ``exact`` or ``numeric``.
        deviation: the standard error, where the figure is a mean over random tensors.
    """

    value: float
    how: str
    deviation: float = 0.0


UNKNOWN = Known(math.nan, NUMERIC)
