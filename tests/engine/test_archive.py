from __future__ import annotations

import math
import random

from engine.archive import Archive, niche_of
from tests.engine.toys import brute_force_front, individual


def test_holds_the_best_of_every_niche_by_brute_force() -> None:
    rng = random.Random(1)
    everyone = [
        individual(i, (float(rng.randrange(5)), rng.random()), fingerprint=rng.randrange(150)) for i in range(400)
    ]
    archive: Archive[str] = Archive(per_niche=7)
    for start in range(0, 400, 25):
        archive = archive.add(everyone[start : start + 25])
    for members in archive.niches:
        best: dict[int, float] = {}
        for one in everyone:
            if niche_of(one) == niche_of(members[0]):
                best[one.fingerprint] = min(best.get(one.fingerprint, math.inf), one.objectives[1])
        assert [member.objectives[1] for member in members] == sorted(best.values())[:7]
        assert len({member.fingerprint for member in members}) == len(members)
    points = [one.objectives for one in everyone]
    assert {member.objectives for member in archive.front()} == set(brute_force_front(points))


def test_three_objectives_keep_the_pareto_set_of_a_niche_first() -> None:
    rng = random.Random(2)
    everyone = [individual(i, (1.0, rng.random(), rng.random())) for i in range(60)]
    members = Archive(per_niche=60).add(everyone).niches[0]
    front = brute_force_front([one.objectives for one in everyone])
    assert {member.objectives for member in members[: len(front)]} == set(front)


def test_nan_and_infinity_never_enter() -> None:
    bad = [individual(i, (2.0, value)) for i, value in enumerate((math.nan, math.inf, -math.inf))]
    bad.append(individual(9, (math.nan, 1.0)))
    assert Archive(3).add(bad).members() == []
    good = individual(10, (2.0, 1.0))
    assert Archive(3).add([*bad, good]).members() == [good]


def test_adding_leaves_the_archive_as_it_was() -> None:
    before: Archive[str] = Archive(2).add([individual(0, (1.0, 1.0))])
    after = before.add([individual(1, (1.0, 0.5))])
    assert [member.id for member in before.members()] == [0]
    assert [member.id for member in after.members()] == [1, 0]
    assert after.fingerprints() == {0, 1}


def test_an_empty_archive_has_an_empty_front() -> None:
    assert Archive(2).front() == []
