"""Pareto dominance among minimised objectives."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import moocore
import numpy as np
from numpy.typing import NDArray

from engine.individual import Individual
from engine.protocols import Objective

SMALLEST = float(np.finfo(np.float64).smallest_subnormal)
"""Stands for zero on a log scale."""


def points(individuals: Sequence[Individual[Any]]) -> NDArray[np.float64]:
    """Returns the objectives as an array.

    Args:
        individuals: at least one.

    Returns:
        float64 ``(len(individuals), num_objectives)``.
    """
    return np.array([individual.objectives for individual in individuals], dtype=np.float64)


def scaled(values: NDArray[np.float64], objectives: Sequence[Objective]) -> NDArray[np.float64]:
    """Returns the figures as they are compared where distances count: log10 of those that span decades.

    Dominance itself is the same on either scale.

    Args:
        values: float64 ``(n, num_objectives)``.
        objectives: one per column.
    """
    columns = [objective.log_scale for objective in objectives]
    result = values.copy()
    result[:, columns] = np.log10(np.maximum(values[:, columns], SMALLEST))
    return result


def ranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Returns the non-dominated rank of each row, 0 for the Pareto front.

    Args:
        values: float64 ``(n, num_objectives)``, no NaN.
    """
    return np.asarray(moocore.pareto_rank(values), dtype=np.int64)


def front(individuals: Sequence[Individual[Any]]) -> list[int]:
    """Returns the positions of the individuals that no other dominates; of equals, the first."""
    if not individuals:
        return []
    return [int(i) for i in np.flatnonzero(moocore.is_nondominated(points(individuals)))]


def reaches(potential: tuple[float, ...], front: Sequence[tuple[float, ...]]) -> bool:
    """Tells whether a point, if there is one and it is free of NaN, would be a new point of a front.

    Args:
        potential: objectives that may be reached, or empty.
        front: the objectives of its members.
    """
    if not potential or any(map(math.isnan, potential)):
        return False
    return not any(all(map(operator.le, member, potential)) for member in front)
