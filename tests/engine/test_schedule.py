from __future__ import annotations

import random
from dataclasses import replace

import pytest

from engine.config import BudgetConfig, IslandConfig, SearchConfig
from engine.island import Epoch, EpochResult
from engine.isolation import Failure
from engine.schedule import EpochTask, Schedule
from engine.selection import build_strategy
from engine.verdict import Status
from tests.engine.toys import Bits, BitsEvaluator


def config(candidates: int | None, islands: int = 4) -> SearchConfig:
    return SearchConfig(
        islands=IslandConfig(islands=islands, generations_per_epoch=1, batch_size=5, migrants=2),
        budget=BudgetConfig(candidates=candidates),
    )


def run(task: EpochTask, settings: SearchConfig) -> EpochResult[str]:
    evaluator = BitsEvaluator()
    strategy = build_strategy(settings.selection, settings.variation, evaluator.objectives)
    return Epoch(Bits(), evaluator, strategy, settings, task.state, task.migrants, 0, task.failures, task.limit).run()


@pytest.mark.parametrize("seed", range(6))
def test_results_commit_in_order_however_the_tasks_end(seed: int) -> None:
    """Random workers: up to five tasks at once that end in random order; the reference takes one at a time."""
    rng, settings = random.Random(seed), config(233)

    def records(width: int) -> list[str]:
        schedule, running, rows = Schedule(settings), [], []
        while True:
            while len(running) < width and (task := schedule.next_task()):
                running.append(task)
            if not running:
                assert schedule.candidates == 233
                return rows
            task = running.pop(rng.randrange(len(running)))
            schedule.receive(task, run(task, settings))
            for result in schedule.commits():
                rows += [repr(record._replace(seconds=0.0)) for record in result.records]

    assert records(5) == records(1)


def test_no_island_waits_for_one_that_is_no_more_than_two_epochs_behind() -> None:
    settings = config(None, islands=3)
    schedule = Schedule(settings)
    stuck = schedule.next_task()
    assert stuck is not None
    assert stuck.state.island == 0
    ran = []
    while task := schedule.next_task():
        ran.append((task.state.epoch, task.state.island))
        schedule.receive(task, run(task, settings))
    # Island 1 needs what island 0 sends after epoch 0 for its epoch 2, island 2 what island 1 sends after epoch 2.
    assert ran == [(0, 1), (0, 2), (1, 1), (1, 2), (2, 2), (3, 2)]
    assert not list(schedule.commits())
    schedule.receive(stuck, run(stuck, settings))
    committed = [(result.state.epoch - 1, result.state.island) for result in schedule.commits()]
    assert committed == [(0, 0), (0, 1), (0, 2)]


def test_failures_go_to_the_epoch_that_they_belong_to() -> None:
    failure = Failure(Status.CRASHED, "gone", made=True)
    schedule = Schedule(config(None), failures={7: failure, 24: failure, 21: failure})
    tasks = [schedule.next_task() for _ in range(4)]
    assert [set(task.failures) for task in tasks if task] == [set(), {7}, set(), set()]


def test_a_single_island_sends_itself_no_migrants() -> None:
    settings = config(40, islands=1)
    schedule = Schedule(settings)
    while task := schedule.next_task():
        assert task.migrants == ()
        schedule.receive(task, run(task, settings))
        assert len(list(schedule.commits())) == 1
    assert schedule.candidates == 40


@pytest.mark.parametrize("seed", range(3))
def test_a_broadcast_reaches_all_islands_two_epochs_later(seed: int) -> None:
    """A task may start once all others are two epochs ahead of what it asks for, in whatever order they end."""
    rng, settings = random.Random(seed), config(120)
    settings = replace(settings, islands=replace(settings.islands, migration="broadcast", tries=1, tries_elite=1))
    schedule, running, scored, received = Schedule(settings), [], {}, {}
    while True:
        while len(running) < 3 and (task := schedule.next_task()):
            received[task.state.epoch, task.state.island] = {migrant.id for migrant in task.migrants}
            running.append(task)
        if not running:
            break
        task = running.pop(rng.randrange(len(running)))
        result = run(task, settings)
        scored[task.state.epoch, task.state.island] = {one.id for one in result.state.emigrants[-1]}
        schedule.receive(task, result)
        for commit in schedule.commits():
            fresh = {record.id for record in commit.records if record.status is Status.SCORED}
            assert fresh == scored[commit.state.epoch - 1, commit.state.island]
    assert schedule.candidates == 120
    for (epoch, island), migrants in received.items():
        others = [scored.get((epoch - 2, other), set()) for other in range(4) if other != island]
        assert migrants == set().union(*others)
