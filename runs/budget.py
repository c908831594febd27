"""Whether a run that has stopped has anything left to go on with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from runs.folder.checkpoint import Progress
from runs.job.sections import BudgetJob


def is_spent(budget: BudgetJob, progress: Progress) -> bool:
    """Says whether a run that has come so far has no time and no candidates left."""
    seconds = 60 * (budget.minutes or math.inf)
    return progress.rows >= (budget.candidates or math.inf) or progress.seconds >= seconds


def is_content(targets: Sequence[tuple[float, ...]], progress: Progress) -> bool:
    """Says whether a run that has come so far has reached all its targets, and has any.

    Args:
        targets: bounds of the objectives, each to be met by some program.
        progress: of the run.
    """
    points = [entry.objectives for entry in progress.front]
    return bool(targets) and all(
        any(all(value <= bound for value, bound in zip(point, target, strict=True)) for point in points)
        for target in targets
    )


def require_budget(path: Path, spent: bool) -> None:
    """Checks that a run that has stopped has something left to go on with.

    Raises:
        ValueError: naming the run when its budget is spent.
    """
    if spent:
        raise ValueError(f"the budget of {str(path)!r} is spent; give more, such as --minutes or --candidates")
