"""Alternating measurements and ratios of medians."""

from __future__ import annotations

import numpy as np
import pytest

from evaluators.float32_functions.cost.timing import Contender, alternate, ratio


class Clock:
    """A clock that work moves on."""

    def __init__(self):
        self.now = 0.0

    def work(self, seconds, start=0.0):
        """Work of so many seconds a pass, each call of which takes longer by a start."""

        def run(times):
            self.now += start + times * seconds

        return run

    def __call__(self):
        return self.now


def test_seconds_are_of_one_pass_without_the_start_of_the_calls():
    clock = Clock()
    contenders = {"short": Contender(clock.work(1e-6, start=5e-4)), "long": Contender(clock.work(8e-6))}
    taken = alternate(contenders, 9, clock=clock)
    np.testing.assert_allclose(taken["short"], np.full(9, 1e-6))
    np.testing.assert_allclose(taken["long"], np.full(9, 8e-6))


def test_overhead_is_taken_off():
    clock = Clock()
    contender = Contender(clock.work(4e-6), clock.work(3e-6, start=1e-5))
    np.testing.assert_allclose(alternate({"it": contender}, 5, clock=clock)["it"], np.full(5, 1e-6))


def test_turns_alternate_and_fill_their_slice():
    clock, turns = Clock(), []

    def noted(name, work):
        def run(times):
            turns.append((name, times))
            work(times)

        return run

    contenders = {name: Contender(noted(name, clock.work(s))) for name, s in (("a", 1e-6), ("b", 1e-4))}
    alternate(contenders, 2, slice_seconds=1e-3, clock=clock)
    last = turns[-4:]
    assert [name for name, _ in last] == ["a", "b", "a", "b"]
    assert 1e-3 <= last[0][1] * 1e-6 < 4e-3
    assert 1e-3 <= last[1][1] * 1e-4 < 4e-3


def test_the_processor_is_the_clock():
    def run(times):
        for _ in range(1000 * times):
            pass

    assert (alternate({"loop": Contender(run)}, 3)["loop"] > 0).all()


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
