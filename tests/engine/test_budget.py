from __future__ import annotations

import math
import threading

import pytest

from engine.budget import Budget, StopReason
from engine.config import BudgetConfig
from engine.individual import Record
from engine.verdict import Status


def scored(*objectives: float, status: Status = Status.SCORED) -> Record:
    return Record(0, (), 0, 0, "", status, "", math.nan, "", -1, objectives, {}, "random", 0.0, {})


def budget(**limits: object) -> Budget:
    return Budget(BudgetConfig(**limits), 0, (), threading.Event())  # type: ignore[arg-type]


def test_every_target_must_be_met_by_a_scored_candidate() -> None:
    one = budget(targets=((5.0, 1e-3), (math.inf, 1e-6)))
    one.spend([scored(5.0, 1e-4, status=Status.REJECTED), scored(6.0, 1e-5)])
    assert one.reason() is None
    one.spend([scored(5.0, 1e-3)])
    assert one.reason() is None
    one.spend([scored(9.0, math.nan), scored(30.0, 1e-7)])
    assert one.reason() is StopReason.TARGET


def test_what_was_found_before_a_resume_counts() -> None:
    targets = ((5.0, 1e-3), (math.inf, 1e-6))
    one = Budget(BudgetConfig(targets=targets), 0, [(4.0, 1e-4)], threading.Event())
    assert one.reason() is None
    one.spend([scored(9.0, 1e-6)])
    assert one.reason() is StopReason.TARGET


def test_candidates_before_a_resume_count() -> None:
    one = Budget(BudgetConfig(candidates=3), 2, (), threading.Event())
    assert one.reason() is None
    one.spend([scored(1.0, 1.0)])
    assert one.reason() is StopReason.CANDIDATES


def test_no_limit_means_no_end_but_on_request() -> None:
    stop = threading.Event()
    one = Budget(BudgetConfig(), 0, (), stop)
    one.spend([scored(0.0, 0.0)] * 1000)
    assert one.reason() is None
    stop.set()
    assert one.reason() is StopReason.REQUEST


def test_time_is_up_after_its_seconds() -> None:
    assert budget(seconds=1e-9).reason() is StopReason.SECONDS
    assert budget(seconds=1e9).reason() is None


@pytest.mark.parametrize("limits", [{"seconds": 0.0}, {"candidates": 0}, {"candidates": -1}])
def test_a_budget_of_nothing_is_refused(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be above 0 \(or None for no limit\)"):
        budget(**limits)
