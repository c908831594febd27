from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import ray

from engine import ray_cluster
from engine.config import WorkerConfig
from engine.ray_cluster import join_ray
from engine.setup import Factory
from engine.tasks import RUNS_ALLOWED, run_tasks
from tests.engine.task_toys import SetsStop

SQUARE = Factory("tests.engine.task_toys:Square", {"offset": 1}, {"TASK_TOY": "set before"})
HERE = WorkerConfig(workers=0)


@pytest.fixture(scope="module")
def two_workers() -> Iterator[WorkerConfig]:
    config = WorkerConfig(workers=2)
    assert join_ray(config)
    yield config
    ray.shutdown()


def test_without_workers_tasks_run_here_in_order() -> None:
    done = list(run_tasks(SQUARE, [3, 4], HERE))
    assert [(task.position, task.result[:2], task.lost) for task in done] == [
        (0, (10, os.getpid()), ""),
        (1, (17, os.getpid()), ""),
    ]


def test_no_items_need_no_workers() -> None:
    assert list(run_tasks(SQUARE, [], WorkerConfig(workers=2, address="nobody:1"))) == []


def test_here_nothing_begins_after_the_request_to_stop() -> None:
    SetsStop.stop.clear()
    done = list(run_tasks(Factory("tests.engine.task_toys:SetsStop"), [5, 6], HERE, SetsStop.stop))
    assert [task.position for task in done] == [0]


def test_a_ray_that_does_not_start_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(**_: object) -> None:
        raise Exception("The current node timed out during startup.\nThis could happen")

    monkeypatch.setattr(ray_cluster.ray, "init", late)
    with pytest.raises(RuntimeError, match=r"Ray did not start \(The current node timed out during st"):
        list(run_tasks(SQUARE, [3], WorkerConfig(workers=1)))


def test_workers_are_other_processes_with_the_environment_and_return_every_item(two_workers: WorkerConfig) -> None:
    done = sorted(run_tasks(SQUARE, list(range(8)), two_workers))
    assert [task.result[0] for task in done] == [i * i + 1 for i in range(8)]
    assert {task.result[2:] for task in done} == {("set before", False)}
    assert os.getpid() not in {task.result[1] for task in done}


def test_what_a_task_raises_reaches_the_caller(two_workers: WorkerConfig) -> None:
    with pytest.raises(ValueError, match="-3 has no place here"):
        list(run_tasks(SQUARE, [-3], two_workers))


@pytest.mark.slow
def test_a_task_is_run_again_when_its_worker_ends_but_not_for_ever(two_workers: WorkerConfig, tmp_path: Path) -> None:
    once, always = tmp_path / "once", tmp_path / "always"
    items = [{"at": str(once), "die": 1}, {"at": str(always), "die": 9}]
    done = sorted(run_tasks(SQUARE, items, two_workers))
    assert done[0].result == "survived"
    assert done[0].lost == ""
    assert done[1].result is None
    assert "worker process ended 3 times" in done[1].lost
    assert len(always.read_text()) == RUNS_ALLOWED


@pytest.mark.slow
def test_the_request_to_stop_ends_what_is_under_way(two_workers: WorkerConfig, tmp_path: Path) -> None:
    began, stop = tmp_path / "began", threading.Event()
    threading.Thread(target=lambda: (_await(began), stop.set())).start()
    started = time.monotonic()
    assert list(run_tasks(Factory("tests.engine.task_toys:Sleep"), [str(began)], two_workers, stop)) == []
    assert time.monotonic() - started < 30


@pytest.mark.slow
def test_a_task_that_takes_too_long_is_ended_and_the_others_are_not(two_workers: WorkerConfig, tmp_path: Path) -> None:
    hasty = replace(two_workers, candidate_timeout_seconds=5.0)
    done = list(run_tasks(Factory("tests.engine.task_toys:Sleep"), [str(tmp_path / "began")], hasty))
    assert done == [(0, None, "no result within 5 s")]
    assert [task.result[0] for task in run_tasks(SQUARE, [3], two_workers)] == [10]


def _await(path: Path) -> None:
    while not path.exists():
        time.sleep(0.05)
