"""Times of contenders that run in turn in one process, and ratios of them with confidence intervals."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Repeated: TypeAlias = Callable[[int], object]
"""Does its work as often as it is told to, which may be 0."""

Seconds: TypeAlias = NDArray[np.float64]
"""CPU seconds of one pass, ``(rounds,)``."""

Name = TypeVar("Name", bound=Hashable)

CONFIDENCE = 0.95
NUM_RESAMPLES = 2000
NUM_TRIES = 5


@dataclass(frozen=True, slots=True)
class Contender:
    """What is timed.

    Attributes:
        run: the work.
        overhead: the same calls on next to no data, whose time is taken off; None where there are no calls.
    """

    run: Repeated
    overhead: Repeated | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of medians.

    Attributes:
        value: the ratio.
        low: end of its confidence interval, by bootstrap over the rounds.
        high: the other end.
    """

    value: float
    low: float
    high: float


def alternate(
    contenders: Mapping[Name, Contender],
    rounds: int,
    slice_seconds: float = 5e-4,
    clock: Callable[[], float] = time.process_time,
) -> dict[Name, Seconds]:
    """Runs the contenders in turn.

    CPU time leaves out what other processes take, and what remains of a busy machine's noise falls on all alike.

    Args:
        contenders: by name.
        rounds: how often each has its turn.
        slice_seconds: about how long a turn is.
        clock: gives CPU seconds.

    Returns:
        by name, the CPU seconds of one pass in each round.
    """
    works = {name: _Work(c.run, slice_seconds, clock) for name, c in contenders.items()}
    calls = {name: _Work(c.overhead, slice_seconds, clock) for name, c in contenders.items() if c.overhead}
    taken: dict[Name, list[float]] = {name: [] for name in contenders}
    spent_on_calls: dict[Name, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(work.seconds())
        for name, call in calls.items():
            spent_on_calls[name].append(call.seconds())
    overhead = {name: float(np.median(spent)) for name, spent in spent_on_calls.items()}
    return {name: np.maximum(np.array(spent) - overhead.get(name, 0.0), 0.0) for name, spent in taken.items()}


def ratio(numerator: Seconds, denominator: Seconds, rng: np.random.Generator) -> Ratio:
    """Returns the ratio of the medians of two contenders that were timed in the same rounds.

    Args:
        numerator: seconds per round.
        denominator: of the same rounds.
        rng: draws the resamples; rounds are drawn as pairs, since what slows a round slows both.
    """
    drawn = rng.integers(0, len(numerator), (NUM_RESAMPLES, len(numerator)))
    ratios = np.median(numerator[drawn], axis=1) / np.median(denominator[drawn], axis=1)
    tail = 50.0 * (1.0 - CONFIDENCE)
    low, high = np.percentile(ratios, (tail, 100.0 - tail))
    return Ratio(float(np.median(numerator) / np.median(denominator)), float(low), float(high))


class _Work:
    """A contender's work in slices of equal length.

    Attributes:
        run: the work.
        clock: gives CPU seconds.
        start: CPU seconds of a call that does it no time at all.
        passes: how often a slice does it.
    """

    def __init__(self, run: Repeated, slice_seconds: float, clock: Callable[[], float]) -> None:
        run(1)
        self.run = run
        self.clock = clock
        self.start = float(np.median([self._spent(0) for _ in range(NUM_TRIES)]))
        self.passes = 1
        # Each try counts by its least time, since a disturbed pass would pass for a slice.
        while (spent := min(self.seconds() for _ in range(NUM_TRIES)) * self.passes) < slice_seconds:
            self.passes *= 2 if spent < slice_seconds / 8 else max(2, int(slice_seconds / spent))

    def seconds(self) -> float:
        """Returns the CPU seconds of one pass, from one slice."""
        return max(self._spent(self.passes) - self.start, 0.0) / self.passes

    def _spent(self, passes: int) -> float:
        start = self.clock()
        self.run(passes)
        return self.clock() - start
