"""Alternating measurements and ratios of medians."""

from __future__ import annotations

import numpy as np
import pytest

from evaluators.float32_functions.cost.timing import Contender, alternate, ratio


def spin(turns):
    """Work that takes CPU time in proportion to its turns."""

    def run(times):
        for _ in range(times * turns):
            pass

    return run


def test_what_works_eight_times_as_long_takes_about_eight_times_as_long():
    taken = alternate({"short": Contender(spin(1000)), "long": Contender(spin(8000))}, 9, 1e-3)
    assert [len(seconds) for seconds in taken.values()] == [9, 9]
    assert 4 < np.median(taken["long"]) / np.median(taken["short"]) < 16


def test_overhead_is_taken_off():
    taken = alternate({"whole": Contender(spin(4000)), "less": Contender(spin(4000), spin(3000))}, 9, 1e-3)
    assert 0.1 < np.median(taken["less"]) / np.median(taken["whole"]) < 0.5


def test_the_ratio_is_of_medians_and_lies_in_its_interval():
    rng = np.random.default_rng(1)
    below = rng.lognormal(0.0, 0.1, 101)
    above = 2 * rng.lognormal(0.0, 0.1, 101)
    found = ratio(above, below, np.random.default_rng(0))
    assert found.value == pytest.approx(np.median(above) / np.median(below))
    assert found.low < found.value < found.high
    assert found.low < 2 < found.high
    assert found.high - found.low < 0.2


def test_what_slows_both_leaves_the_ratio_alone():
    noise = np.random.default_rng(2).lognormal(0.0, 1.0, 51)
    found = ratio(3 * noise, noise, np.random.default_rng(0))
    assert (found.low, found.value, found.high) == pytest.approx((3, 3, 3))
