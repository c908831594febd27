from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from engine.candidate import Candidate, vary
from engine.selection import Proposal
from engine.verdict import Evaluation, Status, Verdict
from tests.engine.toys import Bits, individual

PARENTS = (individual(1, (0.0, 1.0), genome="0" * 12), individual(2, (12.0, 0.1), genome="1" * 12))


def test_mutations_in_a_row_are_geometric() -> None:
    """Counts calls: the mean of a geometric number of mutations that goes on with p = 0.6 is 1 / (1 - p) = 2.5."""

    class Counted(Bits):
        calls = 0

        def mutate(self, genome: str, rng: random.Random) -> str:
            self.calls += 1
            return super().mutate(genome, rng)

    space, rng, tally = Counted(), random.Random(0), Counter[int]()
    for _ in range(4000):
        before = space.calls
        vary(space, Proposal("mutate", PARENTS[:1]), 0.6, rng)
        tally[space.calls - before] += 1
    assert space.calls / 4000 == pytest.approx(2.5, rel=0.05)
    assert tally[1] / 4000 == pytest.approx(0.4, rel=0.1)


def test_operators_take_their_parents() -> None:
    rng = random.Random(0)
    assert set(vary(Bits(), Proposal("crossover", PARENTS), 0.0, rng)) == {"0", "1"}
    assert vary(Bits(), Proposal("mutate", PARENTS[1:]), 0.0, rng).count("0") == 1
    assert len(vary(Bits(), Proposal("random"), 0.0, rng)) == 12


def test_a_score_with_nan_in_it_is_a_rejection() -> None:
    candidate = Candidate(3, Proposal("crossover", PARENTS))
    candidate.judge(Evaluation("0" * 12, Verdict(Status.SCORED, objectives=(1.0, math.nan)), {"m": 1.0}), 0.5)
    record = candidate.record(Bits(), epoch=4, island=1)
    assert (record.status, record.protocol, record.objectives) == (Status.REJECTED, "finite", ())
    assert (record.parents, record.operator, record.epoch, record.island, record.seconds) == (
        (1, 2),
        "crossover",
        4,
        1,
        0.5,
    )


def test_the_table_keeps_the_digest_of_a_space_that_makes_one() -> None:
    class Digested(Bits):
        def digest(self, genome: str) -> str:
            return f"{genome.count('1')} ones"

    candidate = Candidate(3, Proposal("random"))
    candidate.judge(Evaluation("0" * 5 + "1" * 7, Verdict(Status.SCORED, objectives=(1.0, 2.0))), 0.5)
    assert candidate.record(Digested(), epoch=0, island=0).genome == "7 ones"
    assert candidate.record(Bits(), epoch=0, island=0).genome == "0" * 5 + "1" * 7
