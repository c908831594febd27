"""Functions inside a compiled loop: they run as often as they are told to."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from evaluators.float32_functions.cost.looped import looped


@pytest.mark.parametrize("times", [0, 1, 7])
def test_the_function_runs_as_often_as_it_is_told_to(times):
    seen = []

    def function(x):
        jax.debug.callback(lambda: seen.append(1))
        return x + 1

    run = looped(function, np.zeros(16, np.float32), 256)
    run(times)
    jax.effects_barrier()
    assert len(seen) == times
