from __future__ import annotations

import pytest

from engine.config import WorkerConfig
from engine.schedule import Schedule
from engine.verdict import Status
from engine.workers import SerialWorkers, open_workers
from tests.engine.toys import bits_setup


def test_no_workers_means_this_process() -> None:
    assert isinstance(open_workers(bits_setup(), WorkerConfig(workers=0)), SerialWorkers)


def test_a_serial_worker_takes_one_task_at_a_time() -> None:
    setup = bits_setup()
    workers, schedule = SerialWorkers(setup), Schedule(setup.config)
    task = schedule.next_task()
    assert task is not None
    assert workers.free
    workers.submit(task)
    assert not workers.free
    [(done, result)] = workers.wait(0.0, lambda kind, **details: None)  # noqa: ARG005
    assert done is task
    assert [record.id for record in result.records] == list(range(24))
    assert workers.free
    assert workers.wait(0.0, lambda kind, **details: None) == []  # noqa: ARG005
    workers.submit(task)
    workers.close()
    assert workers.free


def test_a_strategy_that_is_not_registered_is_refused_with_the_names_of_those_that_are() -> None:
    from engine.config import SelectionConfig

    with pytest.raises(ValueError, match="'nsga3' is not registered; use one of: niches, nsga2, hypervolume, ageing"):
        SerialWorkers(bits_setup(selection=SelectionConfig("nsga3")))


def test_a_serial_worker_turns_to_another_search_and_drops_its_task() -> None:
    setup, other = bits_setup(), bits_setup({"trouble": {"": "reject"}})
    workers = SerialWorkers(setup)
    task = Schedule(setup.config).next_task()
    assert task is not None
    workers.submit(task)
    workers.turn_to(other)
    assert workers.free
    workers.submit(task)
    [(_, result)] = workers.wait(0.0, lambda kind, **details: None)  # noqa: ARG005
    assert {record.status for record in result.records} <= {Status.REJECTED, Status.DUPLICATE}
