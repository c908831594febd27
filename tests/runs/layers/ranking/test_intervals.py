from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from runs.layers.ranking.intervals import Interval, holm, mean_interval, p_value, share_interval


def test_a_mean_has_the_interval_of_scipys_t_test() -> None:
    values = np.random.default_rng(1).normal(0.3, 1, 6)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    found = mean_interval(list(values))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert (found.mean, found.count) == (pytest.approx(values.mean()), 6)


def test_a_p_value_is_that_of_scipys_paired_t_test() -> None:
    first, second = np.random.default_rng(2).normal(0.5, 1, (2, 5)) + np.array([[0.4], [0]])
    assert p_value(list(first - second)) == pytest.approx(stats.ttest_rel(first, second).pvalue)


@pytest.mark.parametrize(("values", "expected"), [([], 1.0), ([3.0], 1.0), ([0.0, 0.0], 1.0), ([0.5, 0.5], 0.0)])
def test_p_values_where_nothing_varies(values: list[float], expected: float) -> None:
    assert p_value(values) == expected


def test_an_interval_excludes_zero_exactly_when_the_p_value_is_below_a_twentieth() -> None:
    rng = np.random.default_rng(3)
    samples = [list(rng.normal(0.7, 1, 5)) for _ in range(60)]
    excluded = [mean_interval(sample).excludes_zero for sample in samples]
    assert excluded == [p_value(sample) < 0.05 for sample in samples]
    assert 5 < sum(excluded) < 55


def test_one_measurement_leaves_everything_open() -> None:
    assert mean_interval([0.4]) == Interval(0.4, -math.inf, math.inf, 1)
    assert not mean_interval([0.4]).excludes_zero


def test_holm_rejects_what_the_closed_bonferroni_test_rejects() -> None:
    """Holm's procedure is the closure of Bonferroni's: a hypothesis falls if every set that holds it falls."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        values = list(rng.uniform(0, 0.08, 4))
        sets = [s for size in range(1, 5) for s in itertools.combinations(range(4), size)]
        closed = [max(len(s) * min(values[j] for j in s) for s in sets if i in s) for i in range(4)]
        assert holm(values) == pytest.approx([min(1.0, value) for value in closed])


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@pytest.mark.parametrize(("hits", "trials"), [(0, 10), (3, 10), (10, 10)])
def test_a_share_has_the_ends_at_which_it_becomes_improbable(hits: int, trials: int) -> None:
    found = share_interval(hits, trials)
    if hits:
        assert stats.binom.sf(hits - 1, trials, found.low) == pytest.approx(0.025)
    else:
        assert found.low == 0
    if hits < trials:
        assert stats.binom.cdf(hits, trials, found.high) == pytest.approx(0.025)
    else:
        assert found.high == 1
