from __future__ import annotations

import math

from engine.individual import distinct, is_comparable
from tests.engine.toys import individual


def test_only_finite_figures_are_comparable() -> None:
    assert is_comparable((1.0, 0.0))
    assert not any(is_comparable((1.0, value)) for value in (math.nan, math.inf, -math.inf))


def test_distinct_keeps_the_best_of_each_fingerprint_in_order() -> None:
    group = [
        individual(0, (2.0, 0.5), fingerprint=7),
        individual(1, (1.0, 0.5), fingerprint=8),
        individual(2, (2.0, 0.4), fingerprint=7),
        individual(3, (2.0, 0.4), fingerprint=7),
    ]
    assert [one.id for one in distinct(group)] == [2, 1]
