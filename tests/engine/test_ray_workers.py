from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import ray

from engine.config import BudgetConfig, SearchConfig, WorkerConfig
from engine.isolation import Failure
from engine.loop import search
from engine.ray_cluster import join_ray
from engine.ray_workers import RayWorkers
from engine.schedule import Schedule
from engine.setup import Factory, SearchSetup
from engine.verdict import Status
from engine.workers import SerialWorkers, open_workers
from tests.engine.toys import Log, bits_setup


@pytest.fixture(scope="module", autouse=True)
def local_ray() -> Iterator[threading.Event]:
    asked_to_stop = threading.Event()
    former = signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.set())
    assert join_ray(WorkerConfig(workers=6))
    yield asked_to_stop
    ray.shutdown()
    signal.signal(signal.SIGTERM, former)


def run(setup: SearchSetup, workers: int, log: Log | None = None, **config: Any) -> Log:
    log = log or Log()
    with closing(open_workers(setup, WorkerConfig(workers=workers, **config))) as opened:
        search(setup, opened, log)
    return log


def known_failures(log: Log) -> dict[int, Failure]:
    return dict(map(Failure.from_data, log.of("failure")))


def serial(setup: SearchSetup, failures: dict[int, Failure] | None = None) -> Log:
    log = Log()
    search(setup, SerialWorkers(setup), log, failures=failures or {})
    return log


def test_a_termination_signal_reaches_the_handler_that_stood_before_ray(local_ray: threading.Event) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    assert local_ray.wait(1)


def test_same_records_in_the_same_order_on_any_number_of_workers() -> None:
    setup = bits_setup({"noise": 0.1, "trouble": {"^1.1": "raise", "^.0.1.1": "reject", "0110$": "nan"}})
    expected = serial(setup)
    for workers in (1, 2, 5):
        log = run(setup, workers)
        assert log.rows() == expected.rows(), f"{workers} workers"
        assert log.commits == expected.commits


def test_a_worker_killed_from_outside_is_replaced_and_nothing_changes(tmp_path: Path) -> None:
    setup = bits_setup({"pids": str(tmp_path)}, budget=BudgetConfig(candidates=2000))

    class Killer(Log):
        def commit(self, *args: Any) -> None:
            super().commit(*args)
            if len(self.commits) == 5:
                os.kill(int(next(tmp_path.iterdir()).name), signal.SIGKILL)

    log = run(setup, 2, Killer())
    assert len(log.of("lost")) == 1
    assert not log.of("failure")
    assert log.rows() == serial(bits_setup(budget=BudgetConfig(candidates=2000))).rows()


@pytest.mark.parametrize(("kind", "status"), [("exit", Status.CRASHED), ("hang", Status.TIMED_OUT)])
def test_a_candidate_that_ends_or_hangs_its_worker_is_found(kind: str, status: Status) -> None:
    setup = bits_setup({"trouble": {"^101010": kind}}, budget=BudgetConfig(candidates=200))
    started = time.monotonic()
    log = run(setup, 2, candidate_timeout_seconds=1.0)
    failures = known_failures(log)
    ended = [record for record in log.records if record.status is status]
    assert ended
    assert {record.id for record in ended} == set(failures)
    assert all(record.genome.startswith("101010") and record.cause for record in ended)
    others = [record for record in log.records if record.genome.startswith("101010") and record not in ended]
    assert all(record.status is Status.DUPLICATE for record in others)
    assert len(log.records) == 200
    assert log.rows() == serial(setup, failures).rows()
    assert time.monotonic() - started < 10 * (len(failures) + 1)


def test_errors_of_the_factories_reach_the_caller_as_they_are() -> None:
    setup = bits_setup({"no_such_argument": 1})
    with pytest.raises(TypeError, match="no_such_argument"):
        RayWorkers(setup, WorkerConfig(workers=1))
    setup = SearchSetup(Factory("tests.engine.toys:Nothing"), setup.evaluator, SearchConfig())
    with pytest.raises(ValueError, match="cannot be imported as module:name"):
        RayWorkers(setup, WorkerConfig(workers=1))


def test_the_environment_is_set_before_the_evaluator_is_built() -> None:
    setup = bits_setup()
    evaluator = Factory("tests.engine.toys:evaluator_seeing", {"name": "TOY", "value": "1"}, {"TOY": "2"})
    with pytest.raises(ValueError, match="TOY is 2"):
        RayWorkers(SearchSetup(setup.space, evaluator, setup.config), WorkerConfig(workers=1))


def test_the_same_processes_turn_to_another_search(tmp_path: Path) -> None:
    first = bits_setup({"pids": str(tmp_path)})
    second = bits_setup({"pids": str(tmp_path), "noise": 0.2}, seed=9)
    logs = [Log(), Log()]
    with closing(RayWorkers(first, WorkerConfig(workers=2))) as workers:
        search(first, workers, logs[0])
        workers.turn_to(second)
        search(second, workers, logs[1])
    assert len(list(tmp_path.iterdir())) == 2
    assert [log.rows() for log in logs] == [serial(first).rows(), serial(second).rows()]


def test_work_under_way_is_given_up_when_workers_turn_to_another_search() -> None:
    first, second = bits_setup({"trouble": {"": "hang"}}), bits_setup()
    with closing(RayWorkers(first, WorkerConfig(workers=1))) as workers:
        task = Schedule(first.config).next_task()
        assert task is not None
        workers.submit(task)
        workers.turn_to(second)
        assert workers.free
        log = Log()
        search(second, workers, log)
    assert log.rows() == serial(second).rows()
    assert not log.events


def test_a_worker_that_cannot_turn_says_why() -> None:
    with (
        closing(RayWorkers(bits_setup(), WorkerConfig(workers=1))) as workers,
        pytest.raises(TypeError, match="no_such"),
    ):
        workers.turn_to(bits_setup({"no_such": 1}))
