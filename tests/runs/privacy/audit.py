"""A statistical audit of a privacy claim: a lower bound on epsilon from many runs on two neighbouring tables.

If a mechanism is (epsilon, delta)-differentially private, then P(S) <= e^epsilon Q(S) + delta for every set S of
outcomes. Outcomes are reduced to a score, S is "the score is beyond a threshold", the threshold is chosen on half of
the runs, and the other half bounds P(S) from below and Q(S) from above (Clopper and Pearson). The bound is wrong with
the stated probability at most, whatever the mechanism; a claim below it is refuted.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Event:
    """A set of outcomes: those whose score times the sign is at least the threshold."""

    sign: int
    threshold: float

    def hits(self, scores: Scores) -> int:
        return int(np.sum(self.sign * scores >= self.threshold))


def interval(hits: Any, trials: int, error: float) -> tuple[Any, Any]:
    """Returns one-sided Clopper-Pearson bounds from below and from above, each wrong with the given probability."""
    hits = np.asarray(hits)
    low = np.where(hits > 0, beta.ppf(error, hits, trials - hits + 1), 0.0)
    high = np.where(hits < trials, beta.ppf(1 - error, hits + 1, trials - hits), 1.0)
    return low, high


def epsilon_lower_bound(first: Scores, second: Scores, delta: float, error: float = 1e-6) -> float:
    """Returns a lower bound on epsilon, wrong with at most the given probability; 0 when nothing is shown.

    Args:
        first: scores of the mechanism's outcomes on one table, ``(trials,)``, each from a fresh run.
        second: the same on a neighbour.
        delta: of the claim.
        error: probability that the bound is wrong.
    """
    pairs = ((first, second), (second, first))
    found = [_best_event(over[::2], under[::2], delta, error) for over, under in pairs]
    side = max((0, 1), key=lambda i: found[i][0])
    event, (over, under) = found[side][1], pairs[side]
    over, under = over[1::2], under[1::2]
    return float(_bound(event.hits(over), len(over), event.hits(under), len(under), delta, error / 2))


def _best_event(over: Scores, under: Scores, delta: float, error: float) -> tuple[float, Event]:
    events = [
        Event(sign, threshold)
        for sign in (1, -1)
        for threshold in np.unique(sign * np.quantile(np.concatenate([over, under]), np.linspace(0, 1, 200)))
    ]
    hits = np.array([(event.hits(over), event.hits(under)) for event in events])
    bounds = _bound(hits[:, 0], len(over), hits[:, 1], len(under), delta, error / 2)
    chosen = int(np.argmax(bounds))
    return float(bounds[chosen]), events[chosen]


def _bound(hits: Any, trials: int, other_hits: Any, other_trials: int, delta: float, error: float) -> Any:
    low, _ = interval(hits, trials, error)
    _, high = interval(other_hits, other_trials, error)
    with np.errstate(divide="ignore"):
        return np.maximum(0.0, np.log(np.maximum(low - delta, 0.0)) - np.log(high))
