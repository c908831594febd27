"""Errors of contenders on a survey, and as text."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evaluators.float32_functions.peers.numpy_scipy import PEER
from runs.float32.bench import errors
from runs.float32.bench.errors import LargestError, checked, surveyed
from runs.float32.checking.question import of_peer


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ((0.98765, 0), "0.988"),
        ((14.25, 3), "14.2 and 3 wrong"),
        ((8388608.0, 0), "8e+06"),
        ((0.5, 1234), "0.5 and 1,234 wrong"),
    ],
)
def test_text(error, text):
    assert LargestError(*error).text == text


class Made:
    """A question whose function is a given one."""

    def __init__(self, function):
        asked = of_peer("numpy:log")
        self.target, self.format, self.flush = asked.target, asked.format, False
        self.load = lambda: function


def test_a_survey_finds_the_greatest_error(monkeypatch):
    monkeypatch.setattr(errors, "SURVEY_INPUTS", 20_000)
    exact = PEER.evaluate("log")
    right = surveyed(of_peer("numpy:log"))
    assert 1 < right.max_ulp < 4
    assert right.num_wrong == 0
    worse = surveyed(Made(lambda x: np.where(x == 1, np.float32(0), exact(x) * np.float32(1 + 2**-20))))
    assert 8 < worse.max_ulp < 20
    wrong = surveyed(Made(lambda x: np.where(x == np.inf, np.float32(np.nan), exact(x))))
    assert (wrong.max_ulp, wrong.num_wrong) == (right.max_ulp, 1)


def test_a_check_of_every_input_tells_wrong_values_apart(monkeypatch):
    class Result:
        class figures:  # noqa: N801 - stands for the attribute
            worst = ((math.inf, 1.0, 2.0), (3.5, 2.0, 2.0), (0.5, 3.0, 2.0))
            infinite = 7

    monkeypatch.setattr(errors, "check", lambda *_, **__: Result)
    assert checked(of_peer("numpy:log")) == LargestError(3.5, 7)
