from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from engine.budget import StopReason
from engine.config import BudgetConfig, IslandConfig, SelectionConfig
from engine.island import NO_FAILURES
from engine.loop import Outcome, search
from engine.setup import SearchSetup
from engine.state import IslandState
from engine.verdict import Status
from engine.workers import SerialWorkers
from tests.engine.toys import Bits, Log, bits_front, bits_setup


def run(setup: SearchSetup, states: Sequence[IslandState[Any]] = ()) -> tuple[Outcome, Log]:
    log = Log()
    return search(setup, SerialWorkers(setup), log, states), log


@pytest.mark.parametrize("strategy", ["niches", "nsga2", "ageing", "random"])
def test_same_seed_same_run_and_another_seed_another(strategy: str) -> None:
    selection = SelectionConfig(strategy, population=16)
    first, again = run(bits_setup(selection=selection))[1], run(bits_setup(selection=selection))[1]
    other = run(bits_setup(selection=selection, seed=8))[1]
    assert first.rows() == again.rows() != other.rows()


def test_a_budget_of_candidates_is_kept_exactly_in_order_of_ids() -> None:
    outcome, log = run(bits_setup(budget=BudgetConfig(candidates=131)))
    assert outcome.reason is StopReason.CANDIDATES
    assert outcome.candidates == 131
    assert [record.id for record in log.records] == list(range(131))
    assert log.commits == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert sum(sum(state.counters.values()) for state in outcome.states) == 131


@pytest.mark.parametrize(
    "budget", [BudgetConfig(candidates=300), BudgetConfig(targets=((2.0, 1 / 100), (math.inf, 1 / 300)))]
)
def test_every_commit_can_be_resumed_from_with_the_same_rest(budget: BudgetConfig) -> None:
    setup = bits_setup(budget=budget)
    _, whole = run(setup)
    space = Bits()
    for position in range(3, len(whole.commits) + 1):
        stored = [state.to_data(space) for state in whole.frontiers[position - 1]]
        states = [IslandState.from_data(json.loads(json.dumps(data)), arrays, space) for data, arrays in stored]
        done = sum(state.candidates for state in states)
        _, rest = run(setup, states)
        assert rest.rows() == whole.rows()[done:], f"resumed after commit {position}"


def test_a_search_resumed_with_a_larger_budget_goes_on() -> None:
    short, log = run(bits_setup(budget=BudgetConfig(candidates=100)))
    longer, more = run(bits_setup(budget=BudgetConfig(candidates=150)), short.states)
    assert (len(log.records), len(more.records), longer.candidates) == (100, 50, 150)
    assert not {record.id for record in log.records} & {record.id for record in more.records}


def test_targets_stop_the_search_at_the_commit_that_meets_the_last() -> None:
    targets = ((2.0, 1 / 100), (math.inf, 1 / 300))
    outcome, log = run(bits_setup(budget=BudgetConfig(candidates=100_000, targets=targets)))
    assert outcome.reason is StopReason.TARGET
    scored = [record for record in log.records if record.status is Status.SCORED]
    last = {(record.epoch, record.island) for record in log.records}
    assert all(any(all(map(float.__le__, r.objectives, t)) for r in scored) for t in targets)
    before = [record for record in scored if (record.epoch, record.island) != max(last)]
    assert not all(any(all(map(float.__le__, r.objectives, t)) for r in before) for t in targets)


def test_time_and_stop_requests_end_the_search() -> None:
    outcome, _ = run(bits_setup(budget=BudgetConfig(seconds=0.05)))
    assert outcome.reason is StopReason.SECONDS
    assert 0.05 <= outcome.seconds < 5
    setup, log, stop = bits_setup(budget=BudgetConfig()), Log(), threading.Event()
    log.commit = lambda *_: stop.set()  # type: ignore[method-assign]
    assert search(setup, SerialWorkers(setup), log, stop=stop).reason is StopReason.REQUEST


def test_finds_the_known_front_where_random_search_does_not() -> None:
    def front_found(strategy: str) -> int:
        setup = bits_setup(selection=SelectionConfig(strategy, population=32), budget=BudgetConfig(candidates=1500))
        return len(bits_front() & {record.objectives for record in run(setup)[1].records})

    found = {name: front_found(name) for name in ("niches", "nsga2", "ageing", "random")}
    assert min(found["niches"], found["nsga2"]) >= len(bits_front()) - 1
    assert found["random"] < found["ageing"]
    assert found["random"] <= len(bits_front()) - 5


def test_migrants_arrive_two_epochs_after_they_left() -> None:
    islands = IslandConfig(islands=2, generations_per_epoch=1, batch_size=4, migrants=2)
    _, log = run(bits_setup(islands=islands, budget=BudgetConfig(candidates=200)))
    made_on = {record.id: record.island for record in log.records}
    epoch_of = {record.id: record.epoch for record in log.records}
    foreign = [(r.epoch, p) for r in log.records for p in r.parents if made_on[p] != r.island]
    assert foreign
    assert all(epoch_of[parent] <= epoch - 2 for epoch, parent in foreign)


def test_candidates_that_raise_are_crashed_and_the_others_unharmed() -> None:
    setup = bits_setup({"trouble": {"^1.1": "raise"}})
    outcome, log = run(setup)
    crashed = [record for record in log.records if record.status is Status.CRASHED]
    assert crashed
    assert all(record.cause == f"ArithmeticError: cannot score {record.genome}" for record in crashed)
    assert {details["candidate"] for details in log.of("crashed")} == {record.id for record in crashed}
    assert all("Traceback" in details["traceback"] for details in log.of("crashed"))
    clean = {r.genome: r.objectives for r in log.records if r.status is Status.SCORED}
    assert clean
    assert not any(genome.startswith(("101", "111")) for genome in clean)
    assert outcome.states[0].counters["crashed"] > 0


def test_nan_neither_wins_nor_sticks() -> None:
    outcome, log = run(bits_setup({"trouble": {"^1": "nan"}}))
    poisoned = [record for record in log.records if record.protocol == "finite"]
    assert poisoned
    kept = [member for state in outcome.states for member in state.archive.members()]
    assert kept
    assert np.isfinite([member.objectives for member in kept]).all()
    assert not {record.id for record in poisoned} & {member.id for member in kept}
    assert not {record.id for record in poisoned} & {parent for record in log.records for parent in record.parents}


def test_states_that_are_no_frontier_are_refused() -> None:
    outcome, log = run(bits_setup())
    states = list(outcome.states)
    with pytest.raises(ValueError, match="3 islands resumes from one state of each"):
        run(bits_setup(), states[:2])
    with pytest.raises(ValueError, match="committed frontier"):
        run(bits_setup(), [log.frontiers[2][0], *states[1:]])


def test_no_failures_is_immutable() -> None:
    with pytest.raises(TypeError):
        NO_FAILURES[1] = None  # type: ignore[index]


def test_a_search_that_follows_another_goes_on_with_its_ids() -> None:
    setup = bits_setup(budget=BudgetConfig(candidates=131))
    first, log = run(setup)
    epoch = max(state.epoch for state in first.states)
    islands = setup.config.islands
    fresh: list[IslandState[Any]] = [IslandState.start(island, islands, epoch) for island in range(islands.islands)]
    _, second = run(setup, fresh)
    start = epoch * islands.islands * islands.epoch_size
    assert start > log.records[-1].id
    assert [record.id for record in second.records] == list(range(start, start + 131))
    assert second.records[0].operator == "random"
    long = bits_setup(budget=BudgetConfig(candidates=1000))
    assert len(run(long, fresh)[1].records) == 1000
