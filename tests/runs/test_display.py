import pytest

from runs.display import View
from runs.functions.job import FunctionBudgetJob
from runs.job.sections import BudgetJob
from tests.runs.rows import OBJECTIVES


@pytest.mark.parametrize(
    ("budget", "left"),
    [
        (BudgetJob(minutes=1.0), "0:00 left"),
        (BudgetJob(candidates=2500), "1,500 candidates left"),
        (BudgetJob(minutes=2.0, candidates=900), "0:55 or 0 candidates left"),
        (FunctionBudgetJob(target_error=1e-3), ""),
    ],
)
def test_what_is_left_of_each_budget(budget: BudgetJob, left: str) -> None:
    view = View("exp2 on [0, 1]", OBJECTIVES, (), {}, 1000, 65.0, 0.0, budget)
    assert view.left == left
