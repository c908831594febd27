from __future__ import annotations

import pytest

from evaluators.norm_act_layers.analysis import ablated_layers
from runs.layers.ranking.deletions import deletions
from runs.layers.ranking.settings import RankingJob
from runs.layers.ranking.trial_file import read_trials
from runs.layers.run import LayersRun
from search_spaces.norm_act_layers import KNOWN_LAYERS
from tests.runs.layers.ranking.made_run import calls, write_skills


def test_a_layer_is_compared_with_what_is_left_of_it_without_each_node(run: LayersRun) -> None:
    write_skills(run.path, {"evonorm_b2": {"test": 0.6}})
    found = deletions(run, "3", RankingJob(seeds=2))
    labels = [part.label for part in ablated_layers(KNOWN_LAYERS["evonorm_b2"])]
    assert sorted([*(row.name for row in found.standings if row.name != "3"), *found.rejected]) == sorted(labels)
    whole, *left = found.standings
    assert (whole.name, whole.difference.mean if whole.difference else None) == ("3", 0.0)
    assert left
    assert all(row.difference is not None and -0.12 < row.difference.mean < -0.08 for row in left)
    assert {training.purpose for training in read_trials(run.path)} == {"deletions"}


def test_what_is_turned_away_before_training_is_not_trained(run: LayersRun) -> None:
    found = deletions(run, "bn_relu", RankingJob(seeds=1))
    assert found.rejected
    assert set(found.rejected).isdisjoint(row.name for row in found.standings)
    assert len(calls(run.path)) == len(found.standings) * len(found.networks)


def test_nothing_is_trained_twice(run: LayersRun) -> None:
    first = deletions(run, "3", RankingJob(seeds=1))
    trained = calls(run.path)
    assert deletions(run, "3", RankingJob(seeds=1)) == first
    assert calls(run.path) == trained


def test_an_unknown_layer_is_refused(run: LayersRun) -> None:
    with pytest.raises(ValueError, match="'vgg' is no layer"):
        deletions(run, "vgg")
