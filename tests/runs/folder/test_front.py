import random

from runs.folder.front import FrontEntry, extended
from tests.runs.rows import record


def test_the_front_is_that_of_brute_force_however_records_arrive() -> None:
    rng = random.Random(1)
    records = [
        record(i, objectives=(float(rng.randint(1, 9)), rng.random()) if rng.random() < 0.8 else ()) for i in range(400)
    ]
    scored = [row for row in records if row.objectives]
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
    front = extended((), [record(4), record(5)])
    assert [entry.id for entry in front] == [4]
    assert extended(front, [record(6)]) is front


def test_nan_never_wins() -> None:
    first = extended((), [record(1, objectives=(3.0, 0.5))])
    assert extended(first, [record(2, objectives=(3.0, float("nan")))]) is first
