"""Grids: the range of a number or a date, cut into cells of nearly equal width, without rounding at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[Any]
"""Real or integer numbers of any NumPy type."""

Codes: TypeAlias = NDArray[np.int32]

FARTHEST = 2**62
"""The largest magnitude of a whole number, so that differences and ends of cells fit into 64 bits."""

MAX_CELLS = 2**20
"""The most cells of a grid whose edges are kept in memory."""


@dataclass(frozen=True, slots=True, eq=False)
class WholeGrid:
    """Whole numbers in runs whose lengths differ by one at most.

    Attributes:
        lower: the least whole number.
        upper: the greatest.
        cells: number of runs.
        starts: int64 ``(cells + 1,)``, the first number of each run, then ``upper + 1``; None where each run is one
            number.
    """

    lower: int
    upper: int
    cells: int
    starts: NDArray[np.int64] | None

    def is_inside(self, values: Numbers) -> NDArray[np.bool_]:
        """Tells which values are whole numbers of the range; NaN is none."""
        whole, exact = _whole(values)
        return exact & (whole >= self.lower) & (whole <= self.upper)

    def codes(self, values: Numbers) -> Codes:
        """Returns the cells of the nearest whole numbers of the range."""
        whole = np.clip(_whole(values)[0], self.lower, self.upper)
        if self.starts is None:
            return (whole - self.lower).astype(np.int32)
        return (np.searchsorted(self.starts, whole, side="right") - 1).astype(np.int32)

    @property
    def edges(self) -> NDArray[np.float64]:
        """The first number of each run, then ``upper + 1``, ``(cells + 1,)``."""
        starts = np.arange(self.lower, self.upper + 2) if self.starts is None else self.starts
        return starts.astype(np.float64)

    @property
    def middles(self) -> NDArray[np.float64]:
        """The mean of each run, ``(cells,)``."""
        low, high = self.bounds(np.arange(self.cells))
        return low + (high - low) / 2

    def bounds(self, codes: NDArray[np.integer[Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Returns the first and the last whole number of cells."""
        if self.starts is None:
            low = codes.astype(np.int64) + self.lower
            return low, low
        return self.starts[codes], self.starts[codes + 1] - 1

    def greatest(self, codes: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Returns the last whole number of cells."""
        return self.bounds(codes)[1]


@dataclass(frozen=True, slots=True, eq=False)
class RealGrid:
    """Half-open intervals of equal width, the last of which holds the upper end too.

    Attributes:
        edges: float64 ``(cells + 1,)``, ascending: the lower end of each cell, then the upper end of the range.
    """

    edges: NDArray[np.float64]

    @property
    def cells(self) -> int:
        """The number of cells."""
        return len(self.edges) - 1

    @property
    def middles(self) -> NDArray[np.float64]:
        """The middle of each cell, ``(cells,)``."""
        return self.edges[:-1] + (self.edges[1:] - self.edges[:-1]) / 2

    def is_inside(self, values: Numbers) -> NDArray[np.bool_]:
        """Tells which values lie in the range, its ends included; NaN does not."""
        inside: NDArray[np.bool_] = (values >= self.edges[0]) & (values <= self.edges[-1])
        return inside

    def codes(self, values: Numbers) -> Codes:
        """Returns the cells of values, those outside in the nearest cell."""
        found = np.searchsorted(self.edges, np.asarray(values, dtype=np.float64), side="right") - 1
        return np.clip(found, 0, self.cells - 1).astype(np.int32)

    def bounds(self, codes: NDArray[np.integer[Any]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns the lower ends of cells, which belong to them, and the upper ones, which belong to the last alone."""
        return self.edges[codes], self.edges[codes + 1]

    def greatest(self, codes: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """Returns the greatest double of cells, which is below the next cell's edge."""
        ends: NDArray[np.float64] = self.edges[codes + 1]
        return np.where(codes == self.cells - 1, ends, np.nextafter(ends, -np.inf))


Grid: TypeAlias = WholeGrid | RealGrid


def whole_grid(lower: int, upper: int, cells: int) -> WholeGrid:
    """Cuts the whole numbers from lower to upper into runs; ``cells`` is at most their count."""
    count = upper - lower + 1
    if cells == count:
        return WholeGrid(lower, upper, cells, None)
    # Python's integers, since the products may need more than 64 bits
    starts = np.array([lower - (-k * count // cells) for k in range(cells + 1)], dtype=np.int64)
    return WholeGrid(lower, upper, cells, starts)


def real_grid(lower: float, upper: float, cells: int) -> RealGrid:
    """Cuts an interval into cells of equal width.

    The ends count as the decimals that a person wrote, and every edge is the double nearest to its exact place: 0.3 is
    an edge of [0, 1] in ten cells, and a value 0.3 of a CSV file lies in the cell that starts there.

    Raises:
        ValueError: when doubles are too coarse for so many cells.
    """
    low, high = Fraction(str(lower)), Fraction(str(upper))
    scale = low.denominator * high.denominator * cells
    first = low.numerator * high.denominator
    last = high.numerator * low.denominator
    # a quotient of Python's integers is rounded once, to the nearest double
    edges = np.array([(first * (cells - k) + last * k) / scale for k in range(cells + 1)])
    if lower < upper and not np.all(edges[1:] > edges[:-1]):
        raise ValueError(f"{cells} cells are too many for the doubles from {lower} to {upper}")
    return RealGrid(edges)


def _whole(values: Numbers) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Rounds to whole numbers that fit, and tells which values are equal to theirs; NaN becomes 0."""
    values = np.asarray(values)
    near: Numbers
    if values.dtype.kind == "f":
        near = np.clip(np.nan_to_num(np.rint(values), nan=0.0), -float(FARTHEST), float(FARTHEST))
    elif values.dtype.kind == "u":
        near = np.minimum(values.astype(np.uint64), np.uint64(FARTHEST))
    else:
        near = np.clip(values.astype(np.int64), -FARTHEST, FARTHEST)
    return near.astype(np.int64), near == values
