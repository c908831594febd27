from __future__ import annotations

import random
from collections import OrderedDict

import numpy as np

from engine.cache import NEVER, Cache, CacheSession


def admit(session: CacheSession, fingerprint: int, candidate: int, tries: int = 1) -> int | None:
    session.load([fingerprint])
    return session.admit(fingerprint, candidate, tries)


def test_agrees_with_a_plain_least_recently_used_table() -> None:
    """The model is an ordered dict, cut to size after every epoch."""
    rng, capacity = random.Random(3), 50
    cache, model, hits, number = Cache(capacity), OrderedDict[int, list[int]](), 0, 0
    for _ in range(40):
        session = CacheSession(cache)
        for _ in range(30):
            fingerprint, tries = rng.randrange(100) * 10**15, rng.choice((1, 3))
            original = admit(session, fingerprint, number, tries)
            first, evaluations = model.get(fingerprint, [number, 0])
            assert original == (first if evaluations >= tries else None)
            hits += original is not None
            model[fingerprint] = [first, evaluations + (original is None)]
            model.move_to_end(fingerprint)
            number += 1
        while len(model) > capacity:
            model.popitem(last=False)
        cache = session.close()
        assert len(cache) == len(model) <= capacity
        assert {
            int(f): [int(i), int(n)]
            for f, i, n in zip(cache.fingerprints, cache.first_ids, cache.evaluations, strict=True)
        } == dict(model)
    assert cache.hits == hits > 0
    assert (np.diff(cache.fingerprints) > 0).all()


def test_remembers_the_best_objectives_over_epochs() -> None:
    session = CacheSession(Cache(10))
    assert admit(session, 5, 0, tries=9) is None
    cache = session.close()
    assert cache.best.shape[0] == 1
    session = CacheSession(cache)
    admit(session, 5, 1, tries=9)
    assert session.improves(5, (3.0, 0.5))
    admit(session, 6, 2)
    session = CacheSession(session.close())
    admit(session, 5, 3, tries=9)
    assert not session.improves(5, (3.0, 0.5))
    assert session.improves(5, (3.0, 0.25))
    cache = session.close()
    assert cache.best[0].tolist() == [3.0, 0.25]
    assert np.isnan(cache.best[1]).all()
    assert NEVER == ()


def test_a_banned_fingerprint_is_never_admitted_again() -> None:
    session = CacheSession(Cache(10))
    admit(session, 5, 0, tries=100)
    session.ban(5)
    assert admit(CacheSession(session.close()), 5, 1, tries=10**9) == 0


def test_a_cache_is_not_changed_by_a_session() -> None:
    session = CacheSession(Cache(10))
    for number in range(10):
        admit(session, number, number)
    cache = session.close()
    copies = {name: column.copy() for name, column in cache.arrays().items()}
    for column in cache.arrays().values():
        column.flags.writeable = False
    session = CacheSession(cache)
    for number in range(5, 15):
        admit(session, number, 10 + number)
    session.close()
    assert all(np.array_equal(copies[name], column, equal_nan=True) for name, column in cache.arrays().items())


def test_capacity_zero_remembers_nothing_beyond_the_epoch() -> None:
    session = CacheSession(Cache(0))
    admit(session, 1, 0)
    assert admit(session, 1, 1) == 0
    assert len(session.close()) == 0


def test_refining_is_worth_it_again_only_from_a_better_potential() -> None:
    session = CacheSession(Cache(capacity=10))
    session.load([5])
    session.admit(5, 0, 1)
    assert session.may_refine(5, (3.0, 1e-3))
    assert not session.may_refine(5, (3.0, 0.95e-3))
    again = CacheSession(session.close())
    again.load([5])
    assert not again.may_refine(5, (3.0, 0.95e-3))
    assert again.may_refine(5, (3.0, 0.0))
    assert not again.may_refine(5, (3.0, 0.0))
