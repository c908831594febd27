from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from runs.layers.ranking.standings import compare, means_by_seed, paired, scores
from search_spaces.norm_act_layers import decode
from search_spaces.norm_act_layers.formula import formula_text
from tests.runs.layers.ranking.trainings import NETWORKS, layer_of, trainings

REFERENCE = {"resnet": [0.50, 0.52, 0.51, 0.49, 0.53], "mobilenet": [0.40, 0.44, 0.41, 0.43, 0.42]}
BETTER = {"resnet": [0.56, 0.59, 0.56, 0.55, 0.60], "mobilenet": [0.47, 0.49, 0.48, 0.49, 0.48]}
UNCLEAR = {"resnet": [0.56, 0.47, 0.55, 0.44, 0.55], "mobilenet": [0.47, 0.39, 0.46, 0.37, 0.45]}


def means(accuracies: dict[str, list[float]]) -> np.ndarray:
    return np.mean([accuracies[network] for network in NETWORKS], axis=0)


def test_differences_are_those_of_scipys_paired_t_test() -> None:
    rows = {
        row.name: row
        for row in compare([*trainings("bn_relu", REFERENCE), *trainings("7", BETTER)], NETWORKS, "test", "7")
    }
    row = rows["7"]
    for network in NETWORKS:
        test = stats.ttest_rel(BETTER[network], REFERENCE[network])
        ends = test.confidence_interval(0.95)
        assert (row.differences[network].low, row.differences[network].high) == pytest.approx((ends.low, ends.high))
        assert row.accuracies[network].mean == pytest.approx(np.mean(BETTER[network]))
    test = stats.ttest_rel(means(BETTER), means(REFERENCE))
    assert row.p_value == pytest.approx(test.pvalue)
    assert row.difference is not None
    assert (row.difference.mean, row.difference.low) == pytest.approx(
        (np.mean(means(BETTER) - means(REFERENCE)), test.confidence_interval(0.95).low)
    )
    assert (row.verdict, row.difference.excludes_zero, row.place) == ("better", True, 1)
    assert (rows["bn_relu"].verdict, rows["bn_relu"].place) == ("", 2)
    assert row.formula == formula_text(decode(layer_of("7")))


def test_p_values_of_found_and_of_known_layers_are_adjusted_apart_and_the_winners_is_not() -> None:
    given = {"bn_relu": REFERENCE, "1": BETTER, "2": BETTER, "3": UNCLEAR, "bn_silu": BETTER, "gn_relu": UNCLEAR}
    rows = {
        row.name: row
        for row in compare([t for name, test in given.items() for t in trainings(name, test)], NETWORKS, "test", "1")
    }
    single = stats.ttest_rel(means(BETTER), means(REFERENCE)).pvalue
    assert rows["1"].p_value == pytest.approx(single)
    assert rows["2"].p_value == pytest.approx(2 * single)
    assert rows["bn_silu"].p_value == pytest.approx(2 * single)
    assert rows["3"].p_value > 0.05
    assert rows["3"].verdict == rows["gn_relu"].verdict == ""


def test_a_layer_that_is_worse_is_called_so() -> None:
    flipped = {
        network: [2 * r - b for r, b in zip(REFERENCE[network], BETTER[network], strict=True)] for network in NETWORKS
    }
    rows = compare([*trainings("bn_relu", REFERENCE), *trainings("5", flipped)], NETWORKS, "test")
    assert [(row.name, row.verdict) for row in rows] == [("bn_relu", ""), ("5", "worse")]


def test_failures_are_counted_and_never_taken_for_a_low_score() -> None:
    broken = {"resnet": [0.9, math.nan, 0.9], "mobilenet": [0.9, 0.9, math.nan]}
    whole = {network: values[:3] for network, values in REFERENCE.items()}
    rows = {row.name: row for row in compare([*trainings("bn_relu", whole), *trainings("4", broken)], NETWORKS, "test")}
    row = rows["4"]
    assert row.failures == 2
    assert row.accuracy is not None
    assert (row.accuracy.mean, row.accuracy.count) == (0.9, 1)
    assert row.accuracies["resnet"].count == 2
    assert row.difference is not None
    assert row.difference.mean == pytest.approx(0.9 - 0.45)
    assert not row.difference.excludes_zero


def test_a_layer_that_always_fails_comes_last_without_figures() -> None:
    dead = {"resnet": [math.nan] * 2, "mobilenet": [math.nan] * 2}
    rows = compare([*trainings("6", dead), *trainings("bn_relu", REFERENCE)], NETWORKS, "test")
    assert [row.name for row in rows] == ["bn_relu", "6"]
    assert (rows[1].accuracy, rows[1].difference, rows[1].accuracies, rows[1].verdict) == (None, None, {}, "")


def test_other_networks_do_not_count() -> None:
    rows = compare([*trainings("bn_relu", REFERENCE), *trainings("bn_relu", {"vit": [0.9]})], NETWORKS, "test")
    assert set(rows[0].accuracies) == set(NETWORKS)


def test_pairs_are_made_of_common_seeds() -> None:
    first = scores(trainings("3", {"resnet": [0.5, 0.6, 0.7], "mobilenet": [0.3, math.nan, 0.5]}), "test")["3"]
    assert means_by_seed(first, NETWORKS) == pytest.approx({1: 0.4, 3: 0.6})
    assert paired({1: 0.4, 3: 0.6}, {3: 0.5, 4: 0.1}) == pytest.approx([0.1])
