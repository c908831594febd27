import math

import pytest

from evaluators.targets import target
from runs.functions.view.curve import error_values
from tests.runs.functions.made_run import PADE


def test_errors_are_those_of_plain_doubles() -> None:
    values = error_values(PADE, target("exp2"), 9)
    points = [0.5 - 0.5 * math.cos(math.pi * k / 8) for k in range(9)]
    expected = [(x + 2.9) / (2.9 - x) / 2**x - 1 for x in points]
    assert values == pytest.approx(expected, rel=1e-12, abs=1e-14)
