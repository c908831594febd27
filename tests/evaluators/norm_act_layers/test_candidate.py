import math
import time

import pytest

from evaluators.norm_act_layers.candidate import Candidate
from search_spaces.norm_act_layers import KNOWN_LAYERS


def test_figures_that_are_not_finite_are_no_metrics():
    candidate = Candidate(KNOWN_LAYERS["relu"])
    candidate.note({"a": 1.0, "b": math.nan, "c": math.inf, "d": 3})
    candidate.note({"a": 2.0})
    assert candidate.metrics == {"a": 2.0, "d": 3}


def test_a_stage_s_seconds_add_up_though_it_fails():
    candidate = Candidate(KNOWN_LAYERS["relu"])
    with candidate.timed("quality"):
        time.sleep(0.01)
    with pytest.raises(ArithmeticError), candidate.timed("quality"):
        time.sleep(0.01)
        raise ArithmeticError
    assert candidate.seconds["quality"] >= 0.02
    assert Candidate(KNOWN_LAYERS["relu"]).seconds == {}
