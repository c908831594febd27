from __future__ import annotations

import random
from collections import Counter

import pytest

from engine.archive import Archive
from engine.config import SelectionConfig, VariationConfig
from engine.protocols import Objective
from engine.selection.niches import Niches
from tests.engine.toys import individual

STRATEGY = Niches(
    SelectionConfig("niches", tournament=2),
    VariationConfig(random=1e-9, mutate=1.0, crossover=0.0),
    (Objective("size", "1", log_scale=False), Objective("error", "1", log_scale=True)),
)


def test_niches_are_equally_likely_and_the_better_win_within() -> None:
    """A tournament of two among three members is won by the best with 5/9, by the next with 3/9."""
    crowd = [individual(i, (4.0, 1.0 + i)) for i in range(3)]
    archive: Archive[str] = Archive(10)
    archive = archive.add([*crowd, individual(9, (7.0, 0.1))])
    proposals = STRATEGY.ask((), archive, 9000, random.Random(0))
    share = Counter(proposal.parents[0].id for proposal in proposals)
    assert share[9] == pytest.approx(4500, rel=0.06)
    assert share[0] == pytest.approx(4500 * 5 / 9, rel=0.06)
    assert share[1] == pytest.approx(4500 * 3 / 9, rel=0.08)


def test_an_empty_archive_asks_for_random_genomes() -> None:
    assert {proposal.operator for proposal in STRATEGY.ask((), Archive(3), 20, random.Random(0))} == {"random"}
