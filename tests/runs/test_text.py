from decimal import Decimal

import pytest

from engine.protocols import Objective
from runs.text import bound_text, count_text, duration_text, error_text, figure_text, rate_text
from tests.runs.rows import OBJECTIVES


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (245, "4:05"), (3599.6, "1:00:00"), (7325, "2:02:05")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("rate", "text"), [(1234.4, "1,234/s"), (1.0, "1/s"), (0.5, "30/min"), (0.01, "0.6/min"), (0.0, "0/min")]
)
def test_rates(rate: float, text: str) -> None:
    assert rate_text(rate) == text


def test_counts_and_figures() -> None:
    assert count_text(1234567) == "1,234,567"
    assert figure_text(OBJECTIVES[0], 7.0) == "7"
    assert figure_text(OBJECTIVES[1], 0.000123456) == "1.235e-4"
    assert figure_text(Objective("max_ulp", "ULP", log_scale=True), 0.912345) == "0.9123"


@pytest.mark.parametrize(
    ("bound", "digits", "text"),
    [
        (2.7931e-8, 4, "2.794e-8"),
        (1e-3, 4, "1.001e-3"),
        (0.0, 4, "0"),
        (9.9999, 4, "1.000e+1"),
        (2.19e-15, 2, "2.2e-15"),
    ],
)
def test_a_bound_is_never_rounded_down(bound: float, digits: int, text: str) -> None:
    assert bound_text(bound, digits) == text
    assert Decimal(text) >= Decimal(bound)


@pytest.mark.parametrize(("error", "text"), [(2.7931e-8, "2.793e-8"), (1.0, "1.000e+0"), (float("inf"), "inf")])
def test_an_error_is_rounded_to_nearest(error: float, text: str) -> None:
    assert error_text(error) == text
