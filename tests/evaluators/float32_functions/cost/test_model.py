"""The registry of cost models."""

from __future__ import annotations

import pytest

from evaluators.float32_functions.cost import COST_MODELS
from evaluators.float32_functions.cost.model import cost_model


def test_each_model_states_its_unit_and_whether_it_repeats():
    models = {name: cost_model(name) for name in COST_MODELS}
    assert {name: (model.unit, model.deterministic) for name, model in models.items()} == {
        "weights": ("slots", True),
        "static": ("slots", True),
        "measured": ("ns per element", False),
    }


def test_an_unknown_model_is_refused():
    with pytest.raises(ValueError, match="the cost must be one of weights, static, measured, not 'speed'"):
        cost_model("speed")
