from decimal import Decimal

import pytest

from runs.text import bound_text, count_text, duration_text, figure_text
from tests.runs.rows import OBJECTIVES


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (245, "4:05"), (3599.6, "1:00:00"), (7325, "2:02:05")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_counts_and_figures() -> None:
    assert count_text(1234567) == "1,234,567"
    assert figure_text(OBJECTIVES[0], 7.0) == "7"
    assert figure_text(OBJECTIVES[1], 0.000123456) == "1.235e-04"


@pytest.mark.parametrize("bound", [1.00001e-9, 2.19e-15, 0.1, 1.0, 3.4300001e-17])
def test_a_bound_is_never_rounded_down(bound: float) -> None:
    assert Decimal(bound_text(bound, 3)) >= Decimal(bound)
    assert Decimal(bound_text(bound, 3)) <= Decimal(bound) * Decimal("1.011")
