from __future__ import annotations

import itertools
import random

import numpy as np

from engine.archive import Archive
from engine.config import SelectionConfig, VariationConfig
from engine.protocols import Objective
from engine.selection.hypervolume import Hypervolume, least_contributors_last
from tests.engine.toys import individual

OBJECTIVES = (Objective("first", "1", log_scale=False), Objective("second", "1", log_scale=False))


def _volume(points: np.ndarray, reference: float) -> float:
    """The area that points dominate, counted on a grid of all their coordinates."""
    xs, ys = (np.unique([*points[:, axis], reference]) for axis in (0, 1))
    cells = itertools.product(itertools.pairwise(xs), itertools.pairwise(ys))
    return sum(
        (right - left) * (top - bottom)
        for (left, right), (bottom, top) in cells
        if ((points[:, 0] <= left) & (points[:, 1] <= bottom)).any()
    )


def test_the_point_whose_loss_costs_least_is_the_last() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        first = np.sort(rng.random(6))
        points = np.stack([first, np.sort(rng.random(6))[::-1]], axis=1)
        order = least_contributors_last(points)
        scaled = (points - points.min(0)) / np.ptp(points, axis=0)
        losses = [_volume(scaled, 2.0) - _volume(np.delete(scaled, i, axis=0), 2.0) for i in range(6)]
        assert order[-1] == int(np.argmin(losses))
        assert sorted(order) == list(range(6))


def test_keeps_better_ranks_first_and_has_the_asked_size() -> None:
    strategy = Hypervolume(SelectionConfig("hypervolume", population=3), VariationConfig(), OBJECTIVES)
    points = [(0.0, 1.0), (0.5, 0.5), (1.0, 0.0), (0.9, 0.9), (0.51, 0.49)]
    kept = strategy.tell((), [individual(i, point) for i, point in enumerate(points)])
    assert len(kept) == 3
    assert {0, 2} <= {one.id for one in kept}
    assert 3 not in {one.id for one in kept}


def test_equal_points_and_a_single_one_are_kept() -> None:
    strategy = Hypervolume(SelectionConfig("hypervolume", population=4, tournament=2), VariationConfig(), OBJECTIVES)
    kept = strategy.tell((), [individual(i, (0.5, 0.5)) for i in range(3)])
    assert len(kept) == 3
    kept = strategy.tell(kept, [individual(9, (0.4, 0.4))])
    assert kept[0].id == 9
    assert {p.operator for p in strategy.ask(kept, Archive(1), 60, random.Random(0))} >= {"mutate"}
