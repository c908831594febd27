from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from runs.layers.ranking import ranking as module
from runs.layers.ranking.contenders import finalists
from runs.layers.ranking.holdout_file import HOLDOUT_FILE
from runs.layers.ranking.ranked_file import RANKING_FILE
from runs.layers.ranking.ranking import rank, read_ranking
from runs.layers.ranking.settings import BASELINES, RankingJob
from runs.layers.ranking.trial_file import TRIALS_FILE, read_trials
from runs.layers.ranking.trials import Contender, Moment
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


def test_finalists_are_trained_and_the_winner_is_picked_on_validation(skilled: LayersRun) -> None:
    moments: list[Moment] = []
    ranking = rank(skilled, moments.append)
    # three finalists and BN-ReLU to pick by, then the winner and the known layers
    assert calls(skilled.path) == [f"{network} 3" for _ in range(4 + 1 + len(BASELINES)) for network in NETWORKS]
    assert [moment.total for moment in moments] == [24] * 8 + [48] * 16
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


def test_the_winner_is_reported_with_seeds_that_it_was_not_picked_by(skilled: LayersRun) -> None:
    ranking = rank(skilled)
    assert ranking.winner is not None
    seeds = {
        purpose: {(t.name, t.seed) for t in read_trials(skilled.path) if t.purpose == purpose}
        for purpose in ("pick", "rank")
    }
    assert {name for name, _ in seeds["pick"]} == {"2", "3", "5", "bn_relu"}
    assert {name for name, _ in seeds["rank"]} == {"2", *BASELINES}
    assert {seed for _, seed in seeds["pick"]}.isdisjoint({seed for _, seed in seeds["rank"]})
    afresh = [
        t.accuracies["test"] for t in read_trials(skilled.path) if (t.name, t.purpose) == (ranking.winner.name, "rank")
    ]
    assert ranking.winner.accuracy is not None
    assert ranking.winner.accuracy.mean == pytest.approx(np.mean(afresh))


def test_test_accuracies_are_those_of_scipys_paired_t_test(skilled: LayersRun) -> None:
    ranking = rank(skilled)
    trainings = read_trials(skilled.path)

    def means(name: str) -> list[float]:
        by_seed: dict[int, list[float]] = {}
        for training in trainings:
            if (training.name, training.purpose) == (name, "rank"):
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


@pytest.mark.parametrize("kept", [0, 7, 23, 24, 50])
def test_a_killed_ranking_goes_on_where_it_was(skilled: LayersRun, kept: int) -> None:
    whole = rank(skilled)
    lines = (skilled.path / TRIALS_FILE).read_bytes().splitlines(keepends=True)
    (skilled.path / RANKING_FILE).unlink()
    if kept < 24:
        (skilled.path / HOLDOUT_FILE).unlink()
    (skilled.path / TRIALS_FILE).write_bytes(b"".join(lines[:kept]) + lines[kept][:50])
    assert read_ranking(skilled.path) is None
    before = len(calls(skilled.path))
    assert rank(skilled) == whole
    assert len(calls(skilled.path)) - before == -(-(72 - kept) // 3)


def test_until_a_new_ranking_is_finished_the_last_one_stands(
    skilled: LayersRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rank(skilled)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "write_ranked", killed)
    with pytest.raises(KeyboardInterrupt):
        rank(skilled, settings=replace(skilled.job.ranking, seeds=5, finalists=4))
    stands = read_ranking(skilled.path)
    assert stands is not None
    assert stands.standings == first.standings


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


def test_a_layer_that_is_found_again_goes_by_the_name_that_it_was_trained_under(
    skilled: LayersRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rank(skilled)
    again = [Contender(str(100 + number), contender.layer) for number, contender in enumerate(finalists(skilled, 3))]
    monkeypatch.setattr(module, "finalists", lambda *_: again)
    trained = calls(skilled.path)
    assert rank(skilled) == first
    assert calls(skilled.path) == trained


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


@pytest.mark.parametrize("lost", [0, -1])
def test_a_ranking_whose_trainings_are_missing_is_not_shown_smaller(skilled: LayersRun, lost: int) -> None:
    whole, path = rank(skilled), skilled.path / TRIALS_FILE
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[lost]
    path.write_bytes(b"".join(lines))
    with pytest.raises(ValueError, match=r"trials\.jsonl' lacks 1 of the 72 trainings .*: primordia rank"):
        read_ranking(skilled.path)
    assert [row.name for row in rank(skilled).standings] == [row.name for row in whole.standings]


def test_a_run_that_is_being_written_is_left_alone(skilled: LayersRun) -> None:
    with skilled.folder.writing(), pytest.raises(ValueError, match="is being written by another process"):
        rank(skilled)
