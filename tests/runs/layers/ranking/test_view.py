from __future__ import annotations

import math
from dataclasses import replace

import pytest

from runs.layers.ranking.intervals import Interval
from runs.layers.ranking.ranking import Ranking
from runs.layers.ranking.standings import compare
from runs.layers.ranking.transfer import Transfer
from runs.layers.ranking.view import difference_text, interval_text, ranking_view, transfer_view, winner_lines
from search_spaces.norm_act_layers import decode
from search_spaces.norm_act_layers.formula import formula_text
from tests.runs.layers.ranking.texts import shown
from tests.runs.layers.ranking.trainings import NETWORKS, layer_of, trainings

ACCURACIES = {
    "bn_relu": {"resnet": [0.50, 0.52, 0.51], "mobilenet": [0.40, 0.44, 0.42]},
    "1": {"resnet": [0.56, 0.58, 0.57], "mobilenet": [0.46, 0.50, 0.49]},
    "2": {"resnet": [0.55, math.nan, 0.44], "mobilenet": [0.47, 0.39, 0.46]},
}


@pytest.fixture
def ranking() -> Ranking:
    made = [training for name, test in ACCURACIES.items() for training in trainings(name, test)]
    roles = {"1": ("winner", 0.61, 0.57), "2": ("finalist", 0.63, None), "bn_relu": ("baseline", None, None)}
    standings = []
    for standing in compare(made, NETWORKS, "test", "1"):
        role, search, validation = roles[standing.name]
        standings.append(replace(standing, role=role, search=search, validation=validation))
    return Ranking(tuple(standings), NETWORKS, 3, 100, budget=5, spent=5, looks=9)


def test_a_ranking_shows_who_won_every_figure_and_the_budget(ranking: Ranking) -> None:
    text = shown(ranking_view(ranking))
    assert "3 trainings of 100 steps each in resnet, mobilenet" in text
    assert f"winner, picked on the validation images: 1  {formula_text(decode(layer_of('1')))}" in text
    assert "+6.2 [+5.4, +6.9] to bn_relu, which excludes 0" in text
    accuracies, differences = text.split("to bn_relu  ")
    lines = {line.split()[1]: line for line in accuracies.splitlines() if line[:1].isdigit()}
    assert lines["1"].split()[:3] == ["1", "1", "winner"]
    for figure in ("57.0 ± 2.5", "48.3 ± 5.2", "61.0", "57.0"):
        assert figure in lines["1"]
    assert "finalist, 1 failed" in lines["2"]
    compared = {line.split()[0]: line.split() for line in differences.splitlines()[1:3]}
    assert compared["1"][-1] == "better"
    assert " ".join(compared["1"][1:10]) == "+6.0 [+6.0, +6.0] +6.3 [+4.9, +7.8] +6.2 [+5.4, +6.9]"
    assert "bn_relu" not in compared
    assert compared["2"][-1] != "better"
    assert "p, Holm" in differences.splitlines()[0]
    assert "intervals are at 95 % each" in text
    assert "looked at 9 times, 5 of 5 answers spent (Thresholdout)" in text
    assert "further looks were refused" not in text


def test_refused_looks_are_named(ranking: Ranking) -> None:
    whole = tuple(replace(standing, failures=0) for standing in ranking.standings)
    text = shown(ranking_view(replace(ranking, standings=whole)))
    assert "the budget of validation answers is spent, so further looks were refused: 2" in text


def test_a_winner_that_may_be_no_better_is_said_to_be_so(ranking: Ranking) -> None:
    wide = Interval(0.02, -0.01, 0.05, 3)
    standings = tuple(
        replace(standing, difference=wide if standing.name == "1" else standing.difference)
        for standing in ranking.standings
    )
    assert winner_lines(replace(ranking, standings=standings))[1].endswith("to bn_relu, which does not exclude 0")


def test_no_winner_is_said_so(ranking: Ranking) -> None:
    baselines = tuple(standing for standing in ranking.standings if standing.name == "bn_relu")
    assert winner_lines(replace(ranking, standings=baselines)) == ["no layer could be picked"]


def test_a_transfer_has_a_table_per_place_and_no_columns_of_the_search(ranking: Ranking) -> None:
    text = shown(transfer_view([Transfer("mnist.npz:1a2b", "vit", 50, ranking.standings[:1])] * 2))
    assert text.count("vit on mnist.npz:1a2b: 3 trainings of 50 steps each") == 2
    assert shown(transfer_view([Transfer("", "vit", 50, ())])).startswith("vit on the images of the run")


def test_figures_as_text() -> None:
    assert interval_text(Interval(0.5, 0.48, 0.52, 5)) == "50.0 ± 2.0"
    assert interval_text(Interval(0.5, -math.inf, math.inf, 1)) == "50.0"
    assert interval_text(None) == "failed"
    assert difference_text(Interval(-0.031, -0.05, -0.012, 5)) == "-3.1 [-5.0, -1.2]"
    assert difference_text(Interval(0.031, -math.inf, math.inf, 1)) == "+3.1"
    assert difference_text(None) == ""
