import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest, norm

from evaluators.queries.form import CellTable
from evaluators.queries.query import Query
from runs.privacy import curator
from runs.privacy.accounting import epsilon_to_rho, sigma_for_rho
from runs.privacy.budget import Budget, pld_budget
from runs.privacy.curator import Curator
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import Terms
from runs.privacy.noise import add_gaussian, select
from runs.privacy.pld import pld_sigma
from tests.runs.privacy.audit import epsilon_lower_bound, interval

EPSILON, DELTA = 1.0, 0.05
SIZES = (2, 2, 2)
TRIALS = {"pld": 4000, "zcdp": 12_000}
PAIRS = ((0, 1), (0, 2), (1, 2))
TABLE = np.array([[0, 0, 0], [1, 1, 1], [0, 1, 1], [1, 0, 0]], dtype=np.int32)
NEIGHBOURS = {
    "add_remove": np.vstack([TABLE, [1, 1, 0]]).astype(np.int32),
    "replace": np.vstack([TABLE[:-1], [0, 1, 1]]).astype(np.int32),
}
Draw = Callable[[NDArray[np.int64]], NDArray[np.int64]]


def _query() -> Query:
    """All two-way marginals as one query."""
    levels = [np.arange(size, dtype=np.int32) for size in SIZES]
    forms = tuple(CellTable(pair, tuple(levels[c] for c in pair)) for pair in PAIRS)
    norms = {"add_remove": len(PAIRS) ** 0.5, "replace": (2 * len(PAIRS)) ** 0.5}
    return Query("marginals", "all pairs", forms, norms, str)


def _answers(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    return _query().answers(codes)


def _scores(draw: Draw, neighbour: NDArray[np.int32], trials: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The likelihood ratio's statistic of many runs on a table and on its neighbour."""
    first, second = _answers(TABLE), _answers(neighbour)
    direction = (second - first).astype(np.float64)
    runs = [draw(np.tile(answers, trials)).reshape(trials, -1) for answers in (first, second)]
    return runs[0] @ direction, runs[1] @ direction


def _sigma(accounting: str, relation: str) -> tuple[float, int]:
    """Returns the noise of a claim on the query, and how many of its answers a row changes."""
    units = len(PAIRS) * (2 if relation == "replace" else 1)
    if accounting == "pld":
        return pld_sigma(EPSILON, DELTA, units), units
    return sigma_for_rho(epsilon_to_rho(EPSILON, DELTA), units**0.5), units


@pytest.mark.parametrize("relation", NEIGHBOURS)
@pytest.mark.parametrize("accounting", ["pld", pytest.param("zcdp", marks=pytest.mark.slow)])
def test_one_shot_of_marginals_keeps_its_claim_and_halved_noise_is_caught(accounting: str, relation: str) -> None:
    sigma, units = _sigma(accounting, relation)

    def honest(answers: NDArray[np.int64]) -> NDArray[np.int64]:
        return add_gaussian(answers, sigma, units**0.5)[0]

    def halved(answers: NDArray[np.int64]) -> NDArray[np.int64]:
        return add_gaussian(answers, sigma / 2, units**0.5)[0]

    assert epsilon_lower_bound(*_scores(honest, NEIGHBOURS[relation], TRIALS[accounting]), DELTA) < EPSILON
    assert epsilon_lower_bound(*_scores(halved, NEIGHBOURS[relation], TRIALS[accounting]), DELTA) > EPSILON


@pytest.mark.slow
def test_the_audit_comes_close_to_an_exactly_calibrated_claim() -> None:
    sigma, units = _sigma("pld", "add_remove")
    scores = _scores(lambda answers: add_gaussian(answers, sigma, units**0.5)[0], NEIGHBOURS["add_remove"], 100_000)
    assert 0.8 * EPSILON < epsilon_lower_bound(*scores, DELTA) < EPSILON


def _of_the_curator(folder: Path, budget: Budget, relation: str, sigma: float, trials: int) -> float:
    """Audits the whole path: an open ledger, the exact answers, the noise, the file and what is read from it."""
    query = _query()
    direction = _answers(NEIGHBOURS[relation]) - _answers(TABLE)

    def score(run: Path, codes: NDArray[np.int32]) -> float:
        run.mkdir(parents=True)
        with Ledger(run, Terms(budget, relation, "data", "schema")) as ledger:
            measured = Curator(codes, ledger, [query]).measure_at("0-0", query, sigma)
        return float(measured.answers @ direction)

    one = np.array([score(folder / f"first/{i}", TABLE) for i in range(trials)])
    other = np.array([score(folder / f"second/{i}", NEIGHBOURS[relation]) for i in range(trials)])
    return epsilon_lower_bound(one, other, DELTA)


@pytest.mark.slow
@pytest.mark.parametrize("relation", NEIGHBOURS)
def test_the_whole_path_keeps_its_claim_and_a_planted_bug_is_caught(
    relation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # thousands of ledgers, none of which has to last
    sigma, units = _sigma("pld", relation)
    budget = pld_budget(EPSILON, DELTA, units)
    assert _of_the_curator(tmp_path / "honest", budget, relation, sigma, TRIALS["pld"]) < EPSILON
    monkeypatch.setattr(curator, "add_gaussian", lambda answers, s, bound: add_gaussian(answers, s / 2, bound))
    assert _of_the_curator(tmp_path / "bug", budget, relation, sigma, TRIALS["pld"]) > EPSILON


def test_understated_sensitivity_is_caught() -> None:
    # a shared bin edge moves a row in four cells where one was counted: four times the cost in zCDP
    sigma = sigma_for_rho(epsilon_to_rho(EPSILON, DELTA), 1.0)
    first, second = np.zeros(4, dtype=np.int64), np.ones(4, dtype=np.int64)
    scores = [add_gaussian(np.tile(a, 10_000), sigma, 1.0)[0].reshape(-1, 4).sum(axis=1) * 1.0 for a in (first, second)]
    assert epsilon_lower_bound(scores[0], scores[1], DELTA) > EPSILON


@pytest.mark.parametrize("unit", [1, pytest.param(0.125, marks=pytest.mark.slow)])
def test_a_selection_keeps_its_claim_and_halved_noise_is_caught(unit: float) -> None:
    epsilon, trials, error = 2.0, 2500, 1e-3
    first = np.array([10] + [7] * 10) * unit
    second = np.array([7] + [10] * 10) * unit

    def bound(claim: float) -> float:
        picks = [[select(scores, claim, 3 * unit)[0] == 0 for _ in range(trials)] for scores in (first, second)]
        return epsilon_lower_bound(np.array(picks[0], float), np.array(picks[1], float), 0.0, error)

    assert 0.3 * epsilon < bound(epsilon) < epsilon
    assert bound(2 * epsilon) > epsilon


def test_intervals_are_those_of_scipy() -> None:
    for hits, trials in ((0, 10), (3, 10), (10, 10), (517, 2000)):
        expected = binomtest(hits, trials).proportion_ci(confidence_level=0.98, method="exact")
        np.testing.assert_allclose(interval(hits, trials, 0.01), (expected.low, expected.high), atol=1e-12)


def test_the_bound_of_a_known_mechanism_is_below_and_near_the_truth() -> None:
    rng = np.random.default_rng(0)
    mu, delta = 1.0, 0.01
    epsilons = np.linspace(0, 10, 100_001)
    deltas = norm.cdf(mu / 2 - epsilons / mu) - np.exp(epsilons) * norm.cdf(-mu / 2 - epsilons / mu)
    truth = float(epsilons[np.searchsorted(-deltas, -delta)])
    found = epsilon_lower_bound(rng.normal(0, 1, 400_000), rng.normal(mu, 1, 400_000), delta)
    assert 0.85 * truth < found < truth


def test_nothing_is_shown_of_equal_tables() -> None:
    rng = np.random.default_rng(0)
    assert epsilon_lower_bound(rng.normal(size=5000), rng.normal(size=5000), 0.0) < 0.2
