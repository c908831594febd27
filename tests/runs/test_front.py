import random

from runs.front import FrontEntry, extended
from tests.runs.rows import FakeRecord


def test_the_front_is_that_of_brute_force_however_records_arrive() -> None:
    rng = random.Random(1)
    records = [
        FakeRecord(i, objectives=(float(rng.randint(1, 9)), rng.random()) if rng.random() < 0.8 else ())
        for i in range(400)
    ]
    scored = [record for record in records if record.objectives]
    expected = sorted(
        a.objectives
        for a in scored
        if not any(
            b.objectives != a.objectives and all(y <= x for x, y in zip(a.objectives, b.objectives, strict=True))
            for b in scored
        )
    )
    front: tuple[FrontEntry, ...] = ()
    for start in range(0, 400, 37):
        front = extended(front, records[start : start + 37])
    assert [entry.objectives for entry in front] == expected


def test_the_earlier_of_two_equals_stays() -> None:
    front = extended((), [FakeRecord(4), FakeRecord(5)])
    assert [entry.id for entry in front] == [4]
    assert extended(front, [FakeRecord(6)]) is front


def test_nan_never_wins() -> None:
    first = extended((), [FakeRecord(1, objectives=(3.0, 0.5))])
    assert extended(first, [FakeRecord(2, objectives=(3.0, float("nan")))]) is first
