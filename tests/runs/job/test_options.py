from typing import Any

import pytest

from runs.job.options import in_minutes
from runs.job.source import make_job, resolved, resumed


def test_hours_are_sixty_minutes_and_what_is_none_is_not_set() -> None:
    assert in_minutes({"hours": 1.5, "minutes": None, "seed": None}) == {"minutes": 90.0}
    job = resolved(make_job("exp2", hours=2))
    assert job.budget.minutes == 120
    assert resumed(job, {"hours": 3.0}).budget.minutes == 180


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hours": 0}, "hours must be a number above 0, not 0"),
        ({"hours": float("nan")}, "hours must be a number above 0, not nan"),
        ({"hours": "2"}, "hours must be a number above 0, not '2'"),
        ({"hours": True}, "hours must be a number above 0, not True"),
        ({"hours": 1, "minutes": 60.0}, "hours, 1, and minutes, 60.0, are two budgets of time; give one"),
    ],
)
def test_hours_that_say_nothing_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        make_job("exp2", **options)
    assert str(caught.value) == message
