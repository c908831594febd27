from __future__ import annotations

import random

from engine.archive import Archive
from engine.config import SelectionConfig, VariationConfig
from engine.selection.random_search import RandomSearch
from tests.engine.toys import individual


def test_learns_nothing() -> None:
    strategy = RandomSearch(SelectionConfig("random"), VariationConfig(), ())
    member = individual(0, (1.0, 1.0))
    archive: Archive[str] = Archive(3)
    proposals = strategy.ask((member,), archive.add([member]), 30, random.Random(0))
    assert len(proposals) == 30
    assert {proposal.operator for proposal in proposals} == {"random"}
    assert strategy.tell((), [member]) == ()
