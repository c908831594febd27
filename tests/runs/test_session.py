import pytest

from runs.folder.checkpoint import Progress
from runs.job.sections import BudgetJob
from runs.session import is_spent


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
