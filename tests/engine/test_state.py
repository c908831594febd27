from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engine.config import IslandConfig, SearchConfig, SelectionConfig
from engine.island import Epoch
from engine.selection import build_strategy
from engine.state import IslandState
from tests.engine.toys import ZDT1, Bits, BitsEvaluator, Reals

CONFIG = SearchConfig(
    islands=IslandConfig(islands=2, generations_per_epoch=3, batch_size=20, tries=2, cache_size=50),
    selection=SelectionConfig("nsga2", population=10),
)


def advance(space: Any, evaluator: Any, state: IslandState[Any], epochs: int) -> list[Any]:
    strategy = build_strategy(CONFIG.selection, CONFIG.variation, evaluator.objectives)
    results = []
    for _ in range(epochs):
        results.append(Epoch(space, evaluator, strategy, CONFIG, state, (), key=3).run())
        state = results[-1].state
    return results


def same(first: IslandState[Any], second: IslandState[Any], space: Any) -> bool:
    (one, columns), (two, others) = first.to_data(space), second.to_data(space)
    return one == two and all(np.array_equal(columns[name], others[name], equal_nan=True) for name in columns)


@pytest.mark.parametrize(
    ("space", "evaluator"), [(Bits(), BitsEvaluator({"^1.1": "nan"}, noise=0.3)), (Reals(), ZDT1())]
)
def test_a_state_read_back_gives_the_same_next_epochs(space: Any, evaluator: Any) -> None:
    start: IslandState[Any] = IslandState.start(1, CONFIG.islands)
    for state in [start, *(result.state for result in advance(space, evaluator, start, 4))]:
        data, arrays = state.to_data(space)
        read = IslandState.from_data(json.loads(json.dumps(data, allow_nan=False)), arrays, space)
        assert same(read, state, space)
        assert (read.population, read.archive, read.counters, read.emigrants) == (
            state.population,
            state.archive,
            state.counters,
            state.emigrants,
        )
        ahead, again = advance(space, evaluator, state, 2), advance(space, evaluator, read, 2)
        assert [repr(r._replace(seconds=0)) for result in ahead for r in result.records] == [
            repr(r._replace(seconds=0)) for result in again for r in result.records
        ]
        assert same(ahead[-1].state, again[-1].state, space)


def test_emigrants_of_the_last_three_epochs_are_kept() -> None:
    states = [r.state for r in advance(Bits(), BitsEvaluator(), IslandState.start(0, CONFIG.islands), 5)]
    last = states[-1]
    assert last.emigrants_of(-1) == ()
    assert [last.emigrants_of(epoch) for epoch in (2, 3, 4)] == [states[epoch].emigrants[-1] for epoch in (2, 3, 4)]
    with pytest.raises(AssertionError, match="emigrants of epoch 1 are gone"):
        last.emigrants_of(1)


def test_foreign_data_is_refused() -> None:
    data, arrays = IslandState.start(0, CONFIG.islands).to_data(Bits())
    del data["archive"]
    with pytest.raises(ValueError, match="not the state of an island: KeyError"):
        IslandState.from_data(data, arrays, Bits())
