"""Inputs for timing lie in the domain and reach no overflow."""

from __future__ import annotations

import numpy as np
import pytest

from evaluators.float32_functions.cost.inputs import timing_inputs
from evaluators.float32_functions.peers.numpy_scipy import PEER
from evaluators.float32_functions.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_every_value_is_a_normal_number(name):
    x = timing_inputs(name, 4096, np.dtype("float32"))
    values = PEER.evaluate(name)(x)
    assert x.dtype == np.float32
    assert TARGETS[name].contains(x).all()
    assert np.isfinite(values).all()
    assert (np.abs(values) >= np.finfo(np.float32).tiny).mean() > 0.99


def test_inputs_are_the_same_each_time():
    first, second = (timing_inputs("exp", 64, np.dtype("float16")) for _ in range(2))
    assert first.dtype == np.float16
    assert (first == second).all()
