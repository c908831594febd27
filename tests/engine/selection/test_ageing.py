from __future__ import annotations

import random

from engine.archive import Archive
from engine.config import SelectionConfig, VariationConfig
from engine.protocols import Objective
from engine.selection.ageing import Ageing, AgeingMean, AgeingWorst
from tests.engine.toys import individual

STRATEGY = Ageing(
    SelectionConfig("ageing", population=5, tournament=5),
    VariationConfig(random=1e-9, mutate=1.0, crossover=0.0),
    (Objective("size", "1", log_scale=False), Objective("error", "1", log_scale=True)),
)


def test_the_oldest_leave_whatever_their_worth() -> None:
    queue = STRATEGY.tell((), [individual(i, (1.0, float(i))) for i in range(4)])
    queue = STRATEGY.tell(queue, [individual(i, (1.0, float(i))) for i in range(4, 7)])
    assert [one.id for one in queue] == [2, 3, 4, 5, 6]


def test_any_member_of_the_tournaments_pareto_set_becomes_a_parent() -> None:
    points = [(1.0, 1.0), (2.0, 0.5), (2.0, 0.6), (3.0, 0.1), (4.0, 0.2)]
    queue = STRATEGY.tell((), [individual(i, point) for i, point in enumerate(points)])
    proposals = STRATEGY.ask(queue, Archive(1), 200, random.Random(0))
    assert {proposal.parents[0].id for proposal in proposals} == {0, 1, 3}


def test_is_random_until_the_queue_is_full() -> None:
    queue = STRATEGY.tell((), [individual(0, (1.0, 1.0))])
    assert {proposal.operator for proposal in STRATEGY.ask(queue, Archive(1), 20, random.Random(0))} == {"random"}


def test_the_best_mean_or_the_best_worst_objective_wins_on_the_objectives_scale() -> None:
    """Of the points, scaled to (size, log10 error), the means are 0.5, 0.25 and -1; the greatest 1, 1.5 and 4."""
    points = [(1.0, 1.0), (1.5, 0.1), (4.0, 1e-6)]
    for strategy, winner in ((AgeingMean, 2), (AgeingWorst, 0)):
        chosen = strategy(STRATEGY.selection, STRATEGY.variation, STRATEGY.objectives)
        queue = chosen.tell((), [individual(i, points[i % 3]) for i in range(5)])
        parents = {proposal.parents[0].objectives for proposal in chosen.ask(queue, Archive(1), 50, random.Random(0))}
        assert parents == {points[winner]}
