from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from runs.layers.ranking.thresholdout import Thresholdout

N = 1000
"""Examples of each set in the experiment of the paper, made small."""


def mechanism(key: int, *, threshold: float = 0.04, sigma: float = 0.0025, budget: int = 5) -> Thresholdout:
    return Thresholdout(threshold, sigma, budget, key)


def test_what_agrees_is_answered_with_the_training_figure_and_costs_nothing() -> None:
    guard = mechanism(7)
    for _ in range(20):
        answer, guard = guard.look(0.61, 0.612)
        assert answer == 0.61
    assert (guard.looks, guard.spent) == (20, 0)


def test_what_disagrees_is_answered_with_the_holdouts_figure_until_the_budget_is_spent() -> None:
    guard = mechanism(7)
    for spent in range(1, 6):
        answer, guard = guard.look(0.9, 0.5)
        assert answer is not None
        assert answer != 0.5
        assert answer == pytest.approx(0.5, abs=0.05)
        assert guard.spent == spent
    assert guard.is_spent
    assert guard.look(0.6, 0.6) == (None, guard)


def test_the_same_looks_have_the_same_answers_and_other_keys_others() -> None:
    def answers(key: int) -> list[float | None]:
        guard, found = mechanism(key), []
        for training in (0.9, 0.8, 0.5):
            answer, guard = guard.look(training, 0.5)
            found.append(answer)
        return found

    assert answers(1) == answers(1)
    assert answers(1)[0] != answers(2)[0]


def test_the_noise_on_an_answer_is_laplaces_of_scale_sigma() -> None:
    answers = [mechanism(key, sigma=0.1, threshold=1e-9).look(100.0, 0.0)[0] for key in range(800)]
    assert stats.kstest(answers, stats.laplace(scale=0.1).cdf).pvalue > 0.01


def test_the_noise_on_a_comparison_is_that_of_threshold_and_look_together() -> None:
    """Lap(2 sigma) + Lap(4 sigma): the share that passes at distance d is its distribution function at T - d."""
    sigma, threshold, distance = 0.1, 1.0, 1.3
    held = [mechanism(key, sigma=sigma, threshold=threshold).look(0.0, distance)[0] == 0.0 for key in range(3000)]
    rng = np.random.default_rng(0)
    noise = rng.laplace(0, 2 * sigma, 200_000) + rng.laplace(0, 4 * sigma, 200_000)
    assert np.mean(held) == pytest.approx(np.mean(threshold + noise >= distance), abs=0.03)


def test_the_threshold_is_redrawn_only_when_some_of_the_budget_was_spent() -> None:
    guard = mechanism(3)
    noisy = guard._noisy_threshold()
    _, unspent = guard.look(0.5, 0.5)
    _, spent = guard.look(0.9, 0.5)
    assert unspent._noisy_threshold() == noisy
    assert spent._noisy_threshold() != noisy
    assert replace(spent, spent=0)._noisy_threshold() == noisy


def reported_and_true(seed: int, guarded: bool) -> tuple[float, float]:
    """Runs the paper's analyst on pure noise: features are chosen by what is told of the holdout, then voted with.

    Returns:
        the accuracy that the holdout reports of the classifier, and its accuracy on data never seen.
    """
    rng = np.random.default_rng(seed)
    sets = [(rng.standard_normal((N, N)), rng.choice([-1, 1], N)) for _ in range(3)]
    training, holdout, _ = correlations = [x.T @ y / N for x, y in sets]
    guard = Thresholdout(4 / math.sqrt(N), 0.25 / math.sqrt(N), 10 * N, seed)
    told = []
    for pair in zip(training, holdout, strict=True):
        answer = float(pair[1])
        if guarded:
            looked, guard = guard.look(*map(float, pair))
            assert looked is not None
            answer = looked
        told.append(answer)
    notable = (np.abs([training, told]) > 1 / math.sqrt(N)).all(0) & (np.sign(told) == np.sign(training))
    chosen = sorted(np.flatnonzero(notable), key=lambda i: -abs(training[i]))[:100]
    votes = np.sign(correlations[0][chosen])
    accuracies = [float(np.mean(np.sign(x[:, chosen] @ votes) == y)) for x, y in sets]
    reported = guard.look(accuracies[0], accuracies[1])[0] if guarded else accuracies[1]
    assert reported is not None
    return reported, accuracies[2]


def test_an_adaptive_analyst_overfits_the_plain_holdout_and_not_the_guarded_one() -> None:
    plain = np.array([reported_and_true(seed, guarded=False) for seed in range(3)])
    guarded = np.array([reported_and_true(seed, guarded=True) for seed in range(3)])
    assert abs(np.concatenate([plain, guarded])[:, 1].mean() - 0.5) < 0.02
    assert (plain[:, 0] > 0.58).all()
    assert (abs(guarded[:, 0] - guarded[:, 1]) < 0.06).all()
