import math

import pytest

from runs.budget import is_content, is_spent
from runs.folder.checkpoint import Progress
from runs.folder.front import FrontEntry
from runs.job.sections import BudgetJob


@pytest.mark.parametrize(
    ("budget", "spent"),
    [
        (BudgetJob(candidates=7), True),
        (BudgetJob(candidates=8), False),
        (BudgetJob(minutes=1.0), True),
        (BudgetJob(minutes=1.1), False),
        (BudgetJob(minutes=9.0, candidates=7), True),
        (BudgetJob(), False),
    ],
)
def test_a_budget_is_spent_by_candidates_or_time(budget: BudgetJob, spent: bool) -> None:
    assert is_spent(budget, Progress(rows=7, seconds=60.0)) is spent


@pytest.mark.parametrize(
    ("targets", "content"),
    [
        ((), False),
        (((math.inf, 0.5),), True),
        (((5.0, 0.5),), False),
        (((math.inf, 0.5), (4.0, math.inf)), True),
        (((math.inf, 0.5), (3.0, math.inf)), False),
    ],
)
def test_targets_are_reached_by_one_program_each(targets: tuple[tuple[float, ...], ...], content: bool) -> None:
    front = (FrontEntry(0, (4.0, 0.9), "{}"), FrontEntry(1, (6.0, 0.4), "{}"))
    assert is_content(targets, Progress(front=front)) is content


def test_nothing_found_reaches_nothing() -> None:
    assert not is_content(((math.inf, math.inf),), Progress())
