from __future__ import annotations

import random
from collections import Counter
from itertools import product

import pytest

from engine.config import VariationConfig
from engine.selection import best_of_draws
from engine.selection.strategy import PARENTS, propose
from tests.engine.toys import individual


def test_one_draw_is_distributed_as_a_tournament() -> None:
    """Against all 5^3 tournaments of three among five, drawn with replacement."""
    members = [individual(i, (float(i),)) for i in range(5)]
    exact = Counter(min(drawn) for drawn in product(range(5), repeat=3))
    rng = random.Random(0)
    drawn = Counter(best_of_draws(members, 3, rng).id for _ in range(20_000))
    for i in range(5):
        assert drawn[i] / 20_000 == pytest.approx(exact[i] / 125, abs=0.015)


def test_operators_come_by_weight_with_their_parents() -> None:
    parent, rng = individual(0, (1.0,)), random.Random(0)
    proposals = propose(6000, VariationConfig(random=1, mutate=3, crossover=2), lambda: parent, rng)
    share = Counter(proposal.operator for proposal in proposals)
    assert share["random"] == pytest.approx(1000, rel=0.15)
    assert share["mutate"] == pytest.approx(3000, rel=0.1)
    assert all(len(proposal.parents) == PARENTS[proposal.operator] for proposal in proposals)
