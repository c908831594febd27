"""What tests of whole courses of questions share: a small table, a ledger, and what OpenDP says of its releases."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NoReturn

import numpy as np
import opendp.prelude as dp
import pytest

from evaluators.queries import build_queries
from evaluators.queries.query import Query
from runs.privacy import curator
from runs.privacy.budget import Budget
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import EXPONENTIAL, GAUSSIAN, LedgerText, Release, Terms
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

dp.enable_features("contrib")

RELATIONS = ("add_remove", "replace")
SCHEMA = Schema(
    (
        Column("kind", "categorical", categories=("a", "b", "c"), missing=True),
        Column("age", "integer", lower=0, upper=7),
        Column("wage", "real", lower=0.0, upper=1.0, cells=3, missing=True),
        Column("flag", "boolean"),
    )
)
TABLE = np.stack([np.arange(50) ** 2 % size for size in SCHEMA.sizes], axis=1).astype(np.int32)


def queries(*kinds: str) -> tuple[Query, ...]:
    """Returns the workload of kinds such as ``marginals``, or ``marginals:1`` for those of one column."""
    parts = [kind.partition(":") for kind in kinds]
    return build_queries(
        [{"kind": kind} | ({"order": int(order)} if order else {}) for kind, _, order in parts], SCHEMA
    )


def opened(folder: Path, budget: Budget, neighbours: str) -> Ledger:
    """Opens the ledger of a folder, or starts one."""
    folder.mkdir(exist_ok=True)
    return Ledger(folder, Terms(budget, neighbours, "data", "schema"))


def forbid_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing may be drawn, nor an exact answer looked at."""

    def drawn(*_: object) -> NoReturn:
        raise AssertionError("the private data was asked")

    for name in ("add_gaussian", "select", "answer_all"):
        monkeypatch.setattr(curator, name, drawn)


def certified(release: Release, asked: Iterable[Query], neighbours: str) -> float:
    """Returns what OpenDP says that a release costs, from its noise and the queries that it is about."""
    mechanism = release.mechanism
    if mechanism.name == GAUSSIAN:
        assert mechanism.sigma is not None
        (query,) = (query for query in asked if query.name == release.what)
        return _measurement(mechanism.sigma, query.norms[neighbours])
    assert mechanism.name == EXPONENTIAL and mechanism.epsilon is not None
    return _selection(mechanism.epsilon)


def spent(text: LedgerText, asked: Iterable[Query]) -> float:
    """Returns what OpenDP says that all releases cost, each checked to be charged no less."""
    total = 0.0
    for release in text.releases:
        cost = certified(release, asked, text.terms.neighbours)
        assert cost <= release.rho <= cost * (1 + 1e-12), release
        total += cost
    return total


@cache
def _measurement(sigma: float, norm: float) -> float:
    answers = dp.vector_domain(dp.atom_domain(T="i64"))
    return float(dp.m.make_gaussian(answers, dp.l2_distance(T="f64"), scale=sigma).map(norm))


@cache
def _selection(epsilon: float) -> float:
    """Of scores that a row moves by 1: at the same epsilon, those that it moves further cost the same."""
    scores = dp.vector_domain(dp.atom_domain(T="i64"))
    divergence = dp.zero_concentrated_divergence()
    return float(dp.m.make_noisy_max(scores, dp.linf_distance(T="i64"), divergence, scale=2 / epsilon).map(1))
