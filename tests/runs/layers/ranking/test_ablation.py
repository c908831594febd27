from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.budget import StopReason
from runs.layers.job import NormActLayersJob
from runs.layers.ranking import ablation as module
from runs.layers.ranking.ablation import Ablation, ablate
from runs.layers.ranking.intervals import mean_interval
from runs.layers.ranking.trial_file import read_trials
from runs.layers.run import LayersRun
from tests.runs.layers.ranking.made_run import NETWORKS, make_run_of, write_skills

OPTIONS: Mapping[str, Any] = {"candidates": 11, "networks": list(NETWORKS), "steps": 20, "workers": 0, "minutes": None}


class Searches:
    """Stands for sessions: the runs of all jobs are alike, those of random ones have a worse best layer."""

    def __init__(self) -> None:
        self.started: list[NormActLayersJob] = []
        self.resumed: list[Path] = []

    def start(self, job: NormActLayersJob, _: object) -> LayersRun:
        self.started.append(job)
        run = make_run_of(job)
        accuracy = 0.5 if job.selection.strategy == "random" else 0.7
        write_skills(run.path, {"evonorm_b2": {"validation": accuracy}})
        return run

    def resume(self, path: Path, _: object, __: object) -> LayersRun:
        self.resumed.append(path)
        LayersRun(path).folder.stopped(StopReason.CANDIDATES)
        return LayersRun(path)


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch, invented: None) -> Searches:  # noqa: ARG001
    found = Searches()
    monkeypatch.setattr(module, "start", found.start)
    monkeypatch.setattr(module, "resume", found.resume)
    monkeypatch.setattr(module, "prepared_images", lambda _: None)
    return found


def ablation(out: Path, *strategies: str, **changes: Any) -> Ablation:
    fields = {"variations": (), "repeats": 2, "seeds": 2, "seed": 5, "options": OPTIONS, **changes}
    return Ablation("norm_act", strategies or ("ageing", "random", "random_unscreened"), out=out, **fields)


def test_every_strategy_is_searched_under_every_variation_as_often_and_with_the_same_seeds(
    tmp_path: Path, searches: Searches
) -> None:
    ablate(ablation(tmp_path, variations=("rooted", "paper")))
    kinds = [(job.selection.strategy, job.search.without_rejection, job.space.variation) for job in searches.started]
    once = [
        (strategy, unscreened, variation)
        for strategy, unscreened in (("ageing", False), ("random", False), ("random", True))
        for variation in ("rooted", "paper")
    ]
    assert kinds == once * 2
    seeds = [job.search.seed for job in searches.started]
    assert len(set(seeds[:6])) == len(set(seeds[6:])) == 1
    assert seeds[0] != seeds[6]
    assert {job.budget.candidates for job in searches.started} == {11}


@pytest.mark.usefixtures("searches")
def test_the_table_has_means_over_the_repeats(tmp_path: Path) -> None:
    rows = {row.arm.name: row for row in ablate(ablation(tmp_path))}
    assert list(rows) == ["ageing", "random", "random_unscreened"]
    row = rows["ageing"]
    assert row.search is not None
    assert (row.search.mean, row.search.count) == (pytest.approx(0.3), 2)
    assert (row.repeats, row.screened.mean, row.trained.mean) == (2, 11, 6)
    errors = []
    for repeat in (1, 2):
        trainings = read_trials(tmp_path / f"ageing-{repeat}")
        assert {(training.name, training.purpose) for training in trainings} == {("3", "compare")}
        assert len(trainings) == 2 * len(NETWORKS)
        errors.append(1 - sum(training.accuracies["validation"] for training in trainings) / len(trainings))
    assert row.validation is not None
    assert (row.validation.mean, row.validation.low) == pytest.approx((np.mean(errors), mean_interval(errors).low))
    assert rows["random"].validation is not None
    assert rows["random"].validation.mean == pytest.approx(0.5, abs=0.01)


def test_runs_that_are_there_are_not_run_again(tmp_path: Path, searches: Searches) -> None:
    first = ablate(ablation(tmp_path))
    assert ablate(ablation(tmp_path)) == first
    assert len(searches.started) == 6
    ablate(ablation(tmp_path, repeats=3))
    assert len(searches.started) == 9
    assert not searches.resumed


@pytest.mark.parametrize("reason", ["", StopReason.REQUEST])
def test_a_run_that_was_killed_or_interrupted_is_gone_on_with(tmp_path: Path, searches: Searches, reason: str) -> None:
    first = ablate(ablation(tmp_path, "ageing"))
    folder = LayersRun(tmp_path / "ageing-2").folder
    folder.write_manifest(replace(folder.manifest(), reason=reason))
    assert ablate(ablation(tmp_path, "ageing")) == first
    assert searches.resumed == [tmp_path / "ageing-2"]


def test_a_search_that_is_asked_to_stop_stops_the_comparison(
    tmp_path: Path, searches: Searches, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(job: NormActLayersJob, display: object) -> LayersRun:
        run = searches.start(job, display)
        run.folder.stopped(StopReason.REQUEST)
        return LayersRun(run.path)

    monkeypatch.setattr(module, "start", start)
    with pytest.raises(KeyboardInterrupt):
        ablate(ablation(tmp_path))
    assert len(searches.started) == 1


def test_a_run_of_another_budget_in_the_way_is_refused(tmp_path: Path, searches: Searches) -> None:
    ablate(ablation(tmp_path, "ageing"))
    with pytest.raises(ValueError, match=r"ageing-1' is a run with another \[budget\] than asked for; give an"):
        ablate(ablation(tmp_path, "ageing", options={**OPTIONS, "candidates": 99}))
    assert len(searches.started) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"repeats": 0}, "repeats must be at least 1, not 0"),
        ({"seeds": 0}, "seeds must be at least 1, not 0"),
        ({"options": {}}, "compare needs a budget for each search; give --minutes or --candidates"),
        ({"variations": ("paper", "rooted", "paper")}, "variations must be different, not paper, rooted, paper; name"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ablation(tmp_path, **changes)


def test_an_unknown_strategy_is_refused_before_anything_is_searched(tmp_path: Path, searches: Searches) -> None:
    with pytest.raises(ValueError, match="'agein'"):
        ablate(ablation(tmp_path, "ageing", "agein"))
    assert not searches.started


def test_searches_of_another_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="compare is for searches for layers, norm_act or evonorm, not 'exp2'"):
        replace(ablation(tmp_path), search="exp2")


def test_a_strategy_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="strategies must be different, not ageing, ageing; name each once"):
        ablation(tmp_path, "ageing", "ageing")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": "none.npz"}, "images 'none.npz': is neither"),
        ({"candidates": 0}, r"\[budget\] candidates must be above 0, not 0"),
    ],
)
def test_what_no_search_could_use_is_refused_before_the_first_is_announced(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    lines: list[str] = []
    with pytest.raises(ValueError, match=message):
        ablate(ablation(tmp_path, "ageing", options={**OPTIONS, **options}), announce=lines.append)
    assert lines == []
    assert list(tmp_path.iterdir()) == []
