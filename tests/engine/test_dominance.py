from __future__ import annotations

import math
import random

import numpy as np
import pytest

from engine import dominance
from engine.protocols import Objective
from tests.engine.toys import brute_force_front, individual


@pytest.mark.parametrize("objectives", [1, 2, 3])
def test_ranks_peel_fronts_one_by_one(objectives: int) -> None:
    rng = random.Random(objectives)
    rows = [tuple(float(rng.randrange(8)) for _ in range(objectives)) for _ in range(60)]
    ranks, left, rank = dominance.ranks(np.array(rows)), set(rows), 0
    while left:
        front = set(brute_force_front(sorted(left)))
        assert {row for row, r in zip(rows, ranks, strict=True) if r == rank} == front
        left, rank = left - front, rank + 1


def test_front_keeps_the_first_of_equals() -> None:
    group = [individual(i, point) for i, point in enumerate([(1.0, 2.0), (2.0, 1.0), (1.0, 2.0), (2.0, 2.0)])]
    assert dominance.front(group) == [0, 1]
    assert dominance.front([]) == []


def test_log_scales_span_decades_and_bear_zero() -> None:
    objectives = (Objective("size", "1", log_scale=False), Objective("error", "1", log_scale=True))
    scaled = dominance.scaled(np.array([[3.0, 1e-9], [3.0, 0.0]]), objectives)
    assert scaled[0].tolist() == [3.0, -9.0]
    assert scaled[1, 1] == pytest.approx(math.log10(5e-324))


def test_reaches_means_no_member_is_as_good() -> None:
    front = [(3.0, 1e-3), (5.0, 1e-6)]
    assert dominance.reaches((4.0, 1e-4), front)
    assert not dominance.reaches((4.0, 1e-3), front)
    assert not dominance.reaches((5.0, 1e-6), front)
    assert dominance.reaches((2.0, 1.0), front)
    assert not dominance.reaches((), front)
    assert not dominance.reaches((4.0, math.nan), front)
