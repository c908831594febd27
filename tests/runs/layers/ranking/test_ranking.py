from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from runs.layers.ranking import ranking as module
from runs.layers.ranking.holdout_file import HOLDOUT_FILE
from runs.layers.ranking.ranking import rank, read_ranking
from runs.layers.ranking.settings import BASELINES, RankingJob
from runs.layers.ranking.trial_file import TRIALS_FILE, append_trials, read_trials
from runs.layers.ranking.trials import Moment
from runs.layers.run import LayersRun
from tests.runs.layers.ranking.made_run import NETWORKS, calls, write_skills

SKILLS = {
    "evonorm_b2": {"search": 0.60, "validation": 0.60, "test": 0.61},
    "evonorm_s1": {"search": 0.70, "validation": 0.55, "test": 0.56},
    "evonorm_b1": {"search": 0.65, "validation": 0.65, "test": 0.52},
}
"""Of candidates 3, 5 and 2; that of 5 was overfitted by the search, that of 2 has bad luck on the test images."""


@pytest.fixture
def skilled(run: LayersRun) -> LayersRun:
    write_skills(run.path, SKILLS)
    return run


def test_finalists_and_baselines_are_trained_once_per_network_and_the_winner_is_picked_on_validation(
    skilled: LayersRun,
) -> None:
    moments: list[Moment] = []
    ranking = rank(skilled, moments.append)
    assert calls(skilled.path) == [f"{network} 3" for _ in range(3 + len(BASELINES)) for network in NETWORKS]
    assert (moments[-1].done, moments[-1].total) == (60, 60)
    assert ranking.winner is not None
    assert ranking.winner.name == "2"
    roles = {standing.name: standing.role for standing in ranking.standings}
    assert roles == {"2": "winner", "3": "finalist", "5": "finalist", **dict.fromkeys(BASELINES, "baseline")}
    assert [standing.name for standing in ranking.standings[:2]] == ["3", "5"]
    assert (ranking.seeds, ranking.networks, ranking.steps) == (3, NETWORKS, 20)


def test_validation_is_told_by_thresholdout(skilled: LayersRun) -> None:
    ranking = rank(skilled)
    told = {standing.name: (standing.search, standing.validation) for standing in ranking.standings}
    assert told["3"][0] == told["3"][1]
    assert told["2"][0] == told["2"][1]
    search, validation = told["5"]
    assert search == pytest.approx(0.70, abs=0.005)
    assert validation == pytest.approx(0.55, abs=0.03)
    assert told["bn_relu"] == (None, None)
    assert (ranking.looks, ranking.spent, ranking.budget) == (3, 1, 100)


def test_test_accuracies_are_those_of_scipys_paired_t_test(skilled: LayersRun) -> None:
    ranking = rank(skilled)
    trainings = read_trials(skilled.path)

    def means(name: str) -> list[float]:
        by_seed: dict[int, list[float]] = {}
        for training in trainings:
            if training.name == name:
                by_seed.setdefault(training.seed, []).append(training.accuracies["test"])
        return [float(np.mean(values)) for values in by_seed.values()]

    test = stats.ttest_rel(means("2"), means("bn_relu"))
    assert ranking.winner is not None
    assert ranking.winner.difference is not None
    assert ranking.winner.difference.mean == pytest.approx(np.mean(means("2")) - np.mean(means("bn_relu")))
    assert ranking.winner.p_value == pytest.approx(test.pvalue)


def test_a_ranking_is_read_back_as_it_was_and_nothing_is_trained_or_asked_twice(skilled: LayersRun) -> None:
    ranking = rank(skilled)
    assert read_ranking(skilled.path) == ranking
    trained, holdout = calls(skilled.path), (skilled.path / HOLDOUT_FILE).read_bytes()
    assert rank(skilled) == ranking
    assert calls(skilled.path) == trained
    assert (skilled.path / HOLDOUT_FILE).read_bytes() == holdout


def test_a_killed_ranking_goes_on_where_it_was(skilled: LayersRun) -> None:
    whole = rank(skilled)
    lines = (skilled.path / TRIALS_FILE).read_bytes().splitlines(keepends=True)
    for kept in (0, 7, 30):
        (skilled.path / HOLDOUT_FILE).unlink()
        (skilled.path / TRIALS_FILE).write_bytes(b"".join(lines[:kept]) + lines[kept][:50])
        assert read_ranking(skilled.path) is None
        before = len(calls(skilled.path))
        assert replace_standings(rank(skilled)) == replace_standings(whole)
        assert len(calls(skilled.path)) - before == -(-(60 - kept) // 3)


def replace_standings(ranking: module.Ranking) -> module.Ranking:
    """Leaves out the order of equals."""
    return replace(ranking, standings=tuple(sorted(ranking.standings, key=lambda standing: standing.name)))


def test_more_seeds_are_added_to_those_that_are_there_and_are_another_look(skilled: LayersRun) -> None:
    rank(skilled)
    before = len(calls(skilled.path))
    ranking = rank(skilled, settings=replace(skilled.job.ranking, seeds=4))
    assert set(calls(skilled.path)[before:]) == {f"{network} 1" for network in NETWORKS}
    assert (ranking.seeds, ranking.looks) == (4, 6)


def test_once_the_budget_is_spent_looks_are_refused_and_the_ranking_says_so(skilled: LayersRun) -> None:
    ranking = rank(skilled, settings=replace(skilled.job.ranking, budget=1, threshold=1e-6, sigma=1e-9))
    assert (ranking.spent, ranking.budget) == (1, 1)
    assert len(ranking.refused) == 2
    assert ranking.winner is not None
    assert ranking.winner.name not in ranking.refused
    assert read_ranking(skilled.path) == ranking


def test_a_layer_with_a_failed_training_cannot_win(skilled: LayersRun) -> None:
    write_skills(skilled.path, {**SKILLS, "evonorm_b1": {"fails": True}})
    ranking = rank(skilled)
    assert ranking.winner is not None
    assert ranking.winner.name == "3"
    failed = ranking.standings[-1]
    assert (failed.name, failed.failures, failed.accuracy, failed.validation) == ("2", 6, None, None)
    assert ranking.looks == 2
    assert not ranking.refused


def test_test_accuracies_of_layers_nobody_asked_about_are_not_shown(skilled: LayersRun) -> None:
    ranking = rank(skilled)
    other = next(training for training in read_trials(skilled.path) if training.name == "3")
    append_trials(skilled.path, [replace(other, name="99", layer=other.layer.replace("  ", " "))])
    assert read_ranking(skilled.path) == ranking


def test_with_no_finalists_the_known_layers_are_compared(skilled: LayersRun) -> None:
    ranking = rank(skilled, settings=RankingJob(finalists=0, seeds=2))
    assert ranking.winner is None
    assert {standing.name for standing in ranking.standings} == set(BASELINES)
    assert read_ranking(skilled.path) == ranking


def test_a_run_that_was_not_ranked_has_no_ranking(run: LayersRun) -> None:
    assert read_ranking(run.path) is None


def test_a_broken_holdout_is_named(skilled: LayersRun) -> None:
    rank(skilled)
    (skilled.path / HOLDOUT_FILE).write_text(json.dumps({"primordia.format": 1}))
    with pytest.raises(ValueError, match=r"holdout\.json"):
        read_ranking(skilled.path)


def test_a_run_that_is_being_written_is_left_alone(skilled: LayersRun) -> None:
    with skilled.folder.writing(), pytest.raises(ValueError, match="is being written by another process"):
        rank(skilled)
