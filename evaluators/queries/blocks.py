"""Rows in pieces that fit in a cache: what is counted over a table never needs rows x queries in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.int32]
"""A table: ``(num_rows, num_columns)`` codes."""

Chunk: TypeAlias = NDArray[np.intp]
"""Some rows of a table, column by column: ``(num_columns, num_rows)``."""

CHUNK_ROWS = 65_536
BLOCK_ENTRIES = 2**18
"""Entries of rows x queries worked on at a time: a few arrays of them stay in the second-level cache."""


def chunks(codes: Codes, chunk_rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
    """Yields a table in pieces of rows, each laid out column by column.

    Args:
        codes: ``(num_rows, num_columns)`` integers of at least 0.
        chunk_rows: rows per piece.

    Raises:
        ValueError: for an array of another shape, or a negative code, which would count from a column's end.
    """
    if codes.ndim != 2:
        raise ValueError(f"codes must have the shape (rows, columns), not {codes.shape}")
    if chunk_rows < 1:
        raise ValueError(f"chunk_rows must be at least 1, not {chunk_rows}")
    for start in range(0, len(codes), chunk_rows):
        chunk = np.ascontiguousarray(codes[start : start + chunk_rows].T, dtype=np.intp)
        if chunk.size and chunk.min() < 0:
            raise ValueError(f"codes must be at least 0, not {chunk.min()}")
        yield chunk


def distinct(
    columns: Sequence[NDArray[np.intp]], sizes: Sequence[int]
) -> tuple[list[NDArray[np.intp]], NDArray[np.int64]]:
    """Merges equal rows, of which real tables have many in any few columns.

    Args:
        columns: codes of the same rows in some columns, each ``(num_rows,)``.
        sizes: number of codes of each of these columns.

    Returns:
        The distinct rows, column by column, and how often each occurs; as they came when the columns have too many
        combinations to number them.
    """
    if float(np.prod(sizes, dtype=np.float64)) > 2.0**62:
        return list(columns), np.ones(len(columns[0]), np.int64)
    shape = tuple(sizes)
    keys, counts = np.unique(np.ravel_multi_index(tuple(columns), shape), return_counts=True)
    return list(np.unravel_index(keys, shape)), counts.astype(np.int64)


def blocks(num_rows: int, num_queries: int) -> Iterator[tuple[slice, slice]]:
    """Yields rows x queries in blocks of at most :data:`BLOCK_ENTRIES`, queries outermost."""
    width = min(num_queries, 1024)
    height = max(1, BLOCK_ENTRIES // max(1, width))
    for left in range(0, num_queries, width):
        for top in range(0, num_rows, height):
            yield slice(top, min(top + height, num_rows)), slice(left, min(left + width, num_queries))
