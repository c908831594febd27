from __future__ import annotations

import math

import pytest

from runs.layers.ranking.holdout_file import Holdout
from runs.layers.ranking.picking import Look, ask, looks_at, pick
from runs.layers.ranking.thresholdout import Thresholdout
from tests.runs.layers.ranking.trainings import NETWORKS, trainings

LOOKS = [Look("1", "one", 0.9, 0.5), Look("2", "two", 0.6, 0.6), Look("3", "three", 0.7, 0.65)]


def holdout(budget: int = 9, threshold: float = 0.01) -> Holdout:
    return Holdout(Thresholdout(threshold, 1e-6, budget, 5))


def test_a_look_has_the_mean_over_networks_and_seeds_on_search_and_validation() -> None:
    made = trainings("4", {"resnet": [0.1, 0.2], "mobilenet": [0.3, 0.4]}, search=0.7, validation=0.6)
    (look,) = looks_at(made, ["4"], NETWORKS)
    assert (look.name, look.search, look.validation) == ("4", pytest.approx(0.7), pytest.approx(0.6))
    assert look.question.endswith("in ['mobilenet', 'resnet'] with [1, 2] for 100 steps")


def test_layers_that_failed_or_were_not_trained_are_not_asked_about() -> None:
    made = trainings("4", {"resnet": [0.1, math.nan], "mobilenet": [0.3, 0.4]})
    assert looks_at(made, ["4", "5"], NETWORKS) == []


def test_the_winner_has_the_best_answer_and_not_the_best_accuracy_in_the_search() -> None:
    assert pick(LOOKS, ask(LOOKS, holdout())) == "3"


def test_of_equal_answers_the_better_one_in_the_search_wins() -> None:
    looks = [Look("1", "one", 0.6, 0.6), Look("2", "two", 0.6, 0.6)]
    assert pick(looks, ask(looks, holdout())) == "2"


def test_who_was_refused_cannot_win() -> None:
    assert pick(LOOKS, ask(LOOKS, holdout(budget=1))) == "1"
    assert pick(LOOKS, holdout()) == ""
