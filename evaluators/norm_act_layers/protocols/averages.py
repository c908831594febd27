"""Averages over the index sets of moments, within each probe of a stack, and their transposes."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from primitives.moments import INDEX_SETS, num_groups

Values: TypeAlias = NDArray[Any]
"""Of shape (probes, samples, places, channels), any of them 1 where the values do not depend on it."""

_AXES = MappingProxyType(
    {
        name: (*[1] * row.batch, *[2] * row.space, *[3] * (row.channels and not row.grouped))
        for name, row in INDEX_SETS.items()
    }
)


def mean(value: Values, axes: tuple[int, ...]) -> Values:
    """Averages over axes, which stay with length 1; faster than NumPy's own on little data."""
    total: Values = np.add.reduce(value, axes, keepdims=True)
    return total / (value.size // total.size)


def average(value: Values, index_set: str) -> Values:
    """Averages over an index set.

    Returns:
        what broadcasts against the value; averages within groups are repeated for each of a group's channels.
    """
    return _within_groups(mean(value, _AXES[index_set]), index_set)


def transposed_average(adjoint: Values, value: Values, index_set: str) -> Values:
    """Returns the adjoint of a value, given that of its average.

    Returns:
        what broadcasts against the value: the same along all axes averaged over.
    """
    return _within_groups(adjoint, index_set) / (value.size // adjoint.size)


def _within_groups(value: Values, index_set: str) -> Values:
    """Averages over the channels of each group, where the index set has groups."""
    *shape, num_channels = value.shape
    if not INDEX_SETS[index_set].grouped or num_channels == 1:
        return value
    size = num_channels // num_groups(num_channels)
    return np.repeat(mean(value.reshape(*shape, -1, size), (4,)), size, axis=3).reshape(value.shape)
