"""Measured times, with the process that measures replaced or real."""

from __future__ import annotations

import numpy as np
import pytest

from evaluators.float32_functions.cost import measuring
from evaluators.float32_functions.cost.measured import OURS, MeasureConfig, Measured, MeasuredCost, measure
from search_spaces.float32_functions.typed_program import encode
from tests.evaluators.float32_functions.cost.small_programs import horner


def test_medians_and_ratios():
    seconds = {(OURS, 256): np.array([1e-6, 2e-6, 9e-6]), ("numpy", 0): np.array([4e-6, 6e-6, 8e-6])}
    found = Measured("exp", 1000, seconds, {})
    assert found.nanoseconds(OURS, 256) == pytest.approx(2.0)
    assert found.nanoseconds("numpy", 256) == found.nanoseconds("numpy", 512) == pytest.approx(6.0)
    assert found.nanoseconds(OURS, 512) is None
    assert found.ratio("numpy", OURS, 256).value == pytest.approx(3.0)
    assert found.ratio("numpy", OURS, 512) is None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"widths": ()}, "widths must be 256, 512 or both, not none"),
        ({"widths": (128,)}, "widths must be 256, 512 or both, not 128"),
        ({"num_elements": 100}, "num_elements must be a multiple of 16, not 100"),
        ({"rounds": 1}, "rounds must be at least 3, not 1"),
    ],
)
def test_settings_are_checked(settings, message):
    with pytest.raises(ValueError, match=message):
        MeasureConfig(**settings)


def test_an_answer_has_all_contenders_or_says_why_not(monkeypatch):
    def absent():
        raise ValueError("not installed")

    from evaluators.float32_functions.peers import sleef

    monkeypatch.setattr(sleef, "_library", absent)
    request = {"widths": [256], "num_elements": 64, "rounds": 3, "format": "float32", "peers": ["numpy", "sleef"]}
    answer = measuring._answer("exp", encode(horner(2)), request)
    assert [(t["name"], t["width"], len(t["seconds"])) for t in answer["timings"]] == [(OURS, 256, 3), ("numpy", 0, 3)]
    assert set(answer["absent"]) == {"sleef"}
    gelu = measuring._answer("gelu", None, {**request, "peers": ["sleef"]})
    assert gelu == {"function": "gelu", "timings": [], "absent": {}}


@pytest.mark.slow
def test_more_operations_take_more_time():
    config = MeasureConfig((256,), rounds=9)
    model = MeasuredCost("exp", config)
    assert 0 < model(horner(4)) < model(horner(40))
    (found,) = measure({"exp": horner(4)}, ["exp"], ["jnp", "numpy"], config)
    assert found.ratio("jnp", OURS, 256).value > 1
    assert found.nanoseconds("numpy", 256) > 0


@pytest.mark.slow
def test_a_failure_of_the_process_is_told():
    with pytest.raises(RuntimeError, match=r"the process that measures failed: .*the peer must be one of"):
        list(measure({}, ["exp"], ["nobody"]))
