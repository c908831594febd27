from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.config import WorkerConfig
from engine.tasks import Done
from runs.job.source import make_job
from runs.layers.job import NormActLayersJob
from runs.layers.ranking import trials
from runs.layers.ranking.bench import bench_of, training_seeds
from runs.layers.ranking.contenders import known
from runs.layers.ranking.trial_file import append_trials, read_trials
from runs.layers.ranking.trials import Bench, Contender, Moment, train
from runs.layers.run import LayersRun
from tests.runs.layers.ranking.made_run import NETWORKS, calls, make_run, make_run_of
from tests.runs.layers.ranking.trainings import layer_of

FOUND = Contender("7", layer_of("7"))


@pytest.fixture
def bench(run: LayersRun) -> Bench:
    return bench_of(run, "rank", seeds=2, parts=("search", "test"))


def test_every_layer_is_trained_in_every_network_with_every_seed_in_one_call_per_network(
    run: LayersRun, bench: Bench
) -> None:
    trainings = train(bench, [FOUND, *known(["bn_relu"])])
    expected = [(name, network, seed) for name in ("7", "bn_relu") for network in NETWORKS for seed in bench.seeds]
    assert [(training.name, training.network, training.seed) for training in trainings] == expected
    assert calls(run.path) == [f"{network} 2" for _ in range(2) for network in NETWORKS]
    assert read_trials(run.path) == tuple(trainings)
    assert {(training.asked, training.data, training.purpose) for training in trainings} == {(20, "", "rank")}


def test_only_what_is_missing_is_trained(run: LayersRun, bench: Bench) -> None:
    whole = train(bench, [FOUND])
    (run.path / "trials.jsonl").unlink()
    append_trials(run.path, [whole[0], whole[2], whole[3]])
    moments: list[Moment] = []
    before = len(calls(run.path))
    assert train(bench, [FOUND], moments.append) == whole
    assert calls(run.path)[before:] == ["resnet 1"]
    assert [(moment.done, moment.total) for moment in moments] == [(4, 4)]


@pytest.mark.parametrize(
    "change",
    [{"data": "other:1"}, {"asked": 30}, {"network": "vit"}, {"accuracies": {"search": 0.5}}, {"purpose": "pick"}],
)
def test_trainings_of_other_data_steps_networks_or_parts_do_not_count(
    run: LayersRun, bench: Bench, change: dict[str, Any]
) -> None:
    whole = train(bench, [FOUND])
    (run.path / "trials.jsonl").unlink()
    append_trials(run.path, [replace(training, **change) for training in whole])
    before = len(calls(run.path))
    train(bench, [FOUND])
    assert len(calls(run.path)) - before == len(NETWORKS)


def test_a_layer_of_two_names_is_trained_once(run: LayersRun, bench: Bench) -> None:
    trainings = train(bench, [FOUND, Contender("12", FOUND.layer)])
    assert [training.name for training in trainings] == ["7"] * 4 + ["12"] * 4
    assert len({training.key for training in trainings}) == len(read_trials(run.path)) == 4


def test_a_task_that_was_lost_is_a_failure_of_all_its_seeds(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_: Any, items: Sequence[Any], *__: Any) -> list[Done]:
        return [Done(position, None, "its worker process ended 3 times") for position in range(len(items))]

    monkeypatch.setattr(trials, "run_tasks", lost)
    trainings = train(bench, [FOUND])
    assert {training.failure for training in trainings} == {"its worker process ended 3 times"}
    assert [training.seed for training in trainings] == [*bench.seeds] * 2


def test_a_signal_stops_it_and_keeps_what_has_ended(run: LayersRun, bench: Bench) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(bench, [FOUND], lambda _: signal.raise_signal(signal.SIGINT))
    assert len(read_trials(run.path)) == 2
    assert len(train(bench, [FOUND])) == 4
    assert calls(run.path) == ["resnet 2", "mobilenet 2"]


def test_seeds_come_from_the_seed_of_the_run_and_more_of_them_begin_with_the_same(run: LayersRun) -> None:
    five, seven = training_seeds(run, "rank", 5), training_seeds(run, "rank", 7)
    assert seven[:5] == five
    assert len(set(seven)) == 7
    other = make_run(run.path.parent / "other", seed=9)
    assert set(training_seeds(other, "rank", 7)).isdisjoint(seven)
    assert set(training_seeds(run, "pick", 7)).isdisjoint(seven)


def test_digits_are_not_mirrored_and_steps_can_be_others_than_those_of_the_search(run: LayersRun) -> None:
    bench = bench_of(run, "rank", seeds=1, parts=("test",), steps=7)
    assert (bench.recipe.steps, bench.recipe.flips) == (7, False)
    assert bench_of(run, "rank", seeds=1, parts=("test",)).recipe.steps == 20


@pytest.mark.parametrize(("seeds", "steps", "factor"), [(1, 0, 1), (1, 10, 1), (3, 0, 3), (3, 40, 6)])
def test_patience_grows_with_the_seeds_and_the_steps(run: LayersRun, seeds: int, steps: int, factor: int) -> None:
    bench = bench_of(run, "rank", seeds=seeds, parts=("test",), steps=steps)
    assert bench.workers.candidate_timeout_seconds == factor * run.job.workers.candidate_timeout_seconds


@pytest.mark.slow
def test_layers_are_trained_in_worker_processes_as_they_are_here(tmp_path: Path) -> None:
    job = make_job("norm_act", networks=list(NETWORKS), width=2, steps=2, seed=1, workers=1, out=str(tmp_path / "run"))
    assert isinstance(job, NormActLayersJob)
    run = make_run_of(replace(job, recipe=replace(job.recipe, batch_size=4)))
    bench = bench_of(run, "rank", seeds=2, parts=("search", "test"))
    there = train(bench, known(["relu"]))
    assert {training.failure for training in there} == {""}
    (run.path / "trials.jsonl").unlink()
    here = train(replace(bench, workers=WorkerConfig(workers=0)), known(["relu"]))
    assert [replace(training, seconds=0.0) for training in here] == [replace(t, seconds=0.0) for t in there]
