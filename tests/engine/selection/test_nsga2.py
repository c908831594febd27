from __future__ import annotations

import math
import random

import numpy as np
import pytest

from engine.archive import Archive
from engine.config import BudgetConfig, IslandConfig, SearchConfig, SelectionConfig, VariationConfig
from engine.loop import search
from engine.protocols import Objective
from engine.selection.nsga2 import NSGA2, crowding_distances
from engine.setup import Factory, SearchSetup
from engine.workers import SerialWorkers
from tests.engine.toys import Log, individual

OBJECTIVES = (Objective("size", "1", log_scale=False), Objective("error", "1", log_scale=True))


def test_crowding_by_hand() -> None:
    """Deb et al. 2002: neighbours' gap over the range, summed; DEAP divides by the number of objectives."""
    front = np.array([[0.0, 10.0], [1.0, 6.0], [4.0, 5.0], [10.0, 0.0]])
    distances = crowding_distances(front)
    assert distances[[0, 3]].tolist() == [math.inf, math.inf]
    assert distances[1] == pytest.approx((4 / 10 + 5 / 10) / 2)
    assert distances[2] == pytest.approx((9 / 10 + 6 / 10) / 2)


def test_keeps_the_front_and_then_the_least_crowded_on_a_log_scale() -> None:
    strategy = NSGA2(SelectionConfig("nsga2", population=4), VariationConfig(), OBJECTIVES)
    front = [individual(i, point) for i, point in enumerate([(1.0, 1e-1), (2.0, 1e-5), (3.0, 1e-6), (9.0, 1e-9)])]
    worse = [individual(10 + i, (one.objectives[0] + 0.5, one.objectives[1] * 2)) for i, one in enumerate(front)]
    kept = strategy.tell((), [*worse, *front])
    assert {one.id for one in kept} == {0, 1, 2, 3}
    # On a linear scale the errors of 1, 2 and 3 would be alike and 2 would leave, not 1.
    three = NSGA2(SelectionConfig("nsga2", population=3), VariationConfig(), OBJECTIVES).tell((), front)
    assert {one.id for one in three} == {0, 2, 3}
    assert strategy.tell(kept, []) == kept


def test_is_random_until_the_population_is_full() -> None:
    strategy = NSGA2(SelectionConfig("nsga2", population=4), VariationConfig(), OBJECTIVES)
    some = strategy.tell((), [individual(i, (float(i), 1.0 / (i + 1))) for i in range(3)])
    rng = random.Random(0)
    assert {p.operator for p in strategy.ask(some, Archive(1), 50, rng)} == {"random"}
    full = strategy.tell(some, [individual(9, (9.0, 0.01))])
    assert {p.operator for p in strategy.ask(full, Archive(1), 50, rng)} == {"random", "mutate", "crossover"}


def test_reaches_the_front_of_zdt1() -> None:
    def mean_distance(strategy: str) -> float:
        config = SearchConfig(
            islands=IslandConfig(islands=1, generations_per_epoch=10, batch_size=40),
            selection=SelectionConfig(strategy, population=40),
            budget=BudgetConfig(candidates=6000),
        )
        setup = SearchSetup(Factory("tests.engine.toys:Reals"), Factory("tests.engine.toys:ZDT1"), config)
        log = Log()
        search(setup, SerialWorkers(setup), log)
        front, best = [], math.inf
        for f1, f2 in sorted({record.objectives for record in log.records if record.objectives}):
            if f2 < best:
                front.append((f1, f2))
                best = f2
        assert max(f1 for f1, _ in front) - min(f1 for f1, _ in front) > 0.8
        return sum(f2 - (1 - math.sqrt(f1)) for f1, f2 in front) / len(front)

    assert mean_distance("nsga2") < 0.05
    assert mean_distance("random") > 0.5
