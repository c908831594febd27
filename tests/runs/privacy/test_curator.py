import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chisquare

from evaluators.queries.query import Query, answer_all
from runs.privacy import curator
from runs.privacy.budget import zcdp_budget
from runs.privacy.curator import Curator
from runs.privacy.ledger_text import EXPONENTIAL, Mechanism, Terms
from tests.runs.privacy.courses import RELATIONS, TABLE, certified, forbid_draws, opened, queries, spent

BUDGET = zcdp_budget(10.0, 1e-6)
MIXED = queries("marginals", "ranges", "correlation", "prefixes", "thresholds")
TABLES = queries("marginals:1", "ranges")


class _Free:
    """A ledger that lets everything through, as often as one likes."""

    text = SimpleNamespace(terms=Terms(BUDGET, "add_remove", "", ""))

    def release(self, _: str, __: str, ___: float, draw: Callable[[], Any], mechanism: Mechanism) -> Any:
        self.mechanism = mechanism
        return draw()


def _counts(query: Query) -> NDArray[np.int64]:
    """The answers of cell tables, row by row."""
    found: Counter[tuple[int, int]] = Counter()
    for row in TABLE:
        for number, form in enumerate(query.forms):
            groups = [level[row[column]] for column, level in zip(form.columns, form.levels, strict=True)]  # type: ignore[union-attr]
            found[number, int(np.ravel_multi_index(groups, form.shape))] += 1  # type: ignore[union-attr]
    return np.array([found[number, cell] for number, form in enumerate(query.forms) for cell in range(form.size)])


def _scores(candidates: tuple[Query, ...], current: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    pairs = zip(candidates, current, strict=True)
    return np.array([np.abs(_counts(query) - known).sum() for query, known in pairs])


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_measurement_is_charged_what_opendp_certifies(tmp_path: Path, relation: str) -> None:
    with opened(tmp_path, BUDGET, relation) as ledger:
        asked = Curator(TABLE, ledger, MIXED)
        for i, query in enumerate(MIXED):
            found = asked.measure(f"0-{i}", query, 0.01)
            release = ledger.text.releases[-1]
            assert (release.what, release.mechanism.sigma) == (query.name, found.sigma)
            assert release.rho <= 0.01
            assert certified(release, MIXED, relation) <= release.rho
            # no more noise than that takes
            assert found.sigma == pytest.approx(query.norms[relation] / math.sqrt(0.02), rel=1e-12)
            assert found.query is query
            asked.measure_at(f"1-{i}", query, 1000.0 * query.norms[relation])
            assert ledger.text.releases[-1].rho >= 5e-7
        assert spent(ledger.text, MIXED) <= ledger.text.spent <= BUDGET.rho


def test_the_relation_of_neighbours_is_that_of_the_ledger(tmp_path: Path) -> None:
    noise = {}
    for relation in RELATIONS:
        with opened(tmp_path / relation, BUDGET, relation) as ledger:
            asked = Curator(TABLE, ledger, TABLES)
            assert asked.neighbours == relation
            noise[relation] = asked.measure("0-0", TABLES[0], 0.1).sigma
            asked.select("0-1", TABLES, [_counts(query) for query in TABLES], np.zeros(len(TABLES), np.int64), 0.1)
    assert noise["replace"] == pytest.approx(2**0.5 * noise["add_remove"], rel=1e-12)


def test_with_hardly_any_noise_the_answers_are_exact(tmp_path: Path) -> None:
    with opened(tmp_path, zcdp_budget(1e6, 1e-6), "add_remove") as ledger:
        asked = Curator(TABLE, ledger, TABLES)
        for i, query in enumerate(TABLES):
            np.testing.assert_array_equal(asked.measure_at(f"0-{i}", query, 0.05).answers, _counts(query))


def test_what_the_ledger_holds_is_never_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = [np.zeros(query.size, np.int64) for query in TABLES]
    penalties = np.zeros(len(TABLES), np.int64)

    def ask() -> tuple[list[int], int]:
        with opened(tmp_path, BUDGET, "add_remove") as ledger:
            asked = Curator(TABLE, ledger, TABLES)
            place = asked.select("0-0-selection", TABLES, zeros, penalties, 1e-4)
            return asked.measure("0-0", TABLES[place], 0.01).answers.tolist(), place

    first = ask()
    before = (tmp_path / "ledger.jsonl").read_bytes()
    forbid_draws(monkeypatch)
    assert ask() == first
    assert (tmp_path / "ledger.jsonl").read_bytes() == before


def test_what_the_budget_does_not_allow_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_draws(monkeypatch)
    zeros = [np.zeros(query.size, np.int64) for query in TABLES]
    with opened(tmp_path, BUDGET, "add_remove") as ledger:
        asked = Curator(TABLE, ledger, TABLES)
        with pytest.raises(ValueError, match=r"selection among .* would cost rho = .* is left"):
            asked.select("0-0", TABLES, zeros, np.zeros(len(TABLES), np.int64), 1.01 * BUDGET.rho)
        with pytest.raises(ValueError, match=r"marginal\(kind\) would cost rho = .* is left"):
            asked.measure("0-1", TABLES[0], 1.01 * BUDGET.rho)
        assert not ledger.text.releases


def test_all_queries_are_answered_in_one_pass_and_only_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[int] = []

    def counted(asked: Sequence[Query], codes: NDArray[np.int32]) -> list[NDArray[np.int64]]:
        passes.append(len(asked))
        return answer_all(asked, codes)

    monkeypatch.setattr(curator, "answer_all", counted)
    with opened(tmp_path, BUDGET, "add_remove") as ledger:
        asked = Curator(TABLE, ledger, TABLES)
        assert not passes
        for i, query in enumerate(TABLES):
            asked.measure(f"0-{i}", query, 0.01)
    assert passes == [len(TABLES)]


def test_a_query_that_may_not_be_asked_costs_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, BUDGET, "add_remove") as ledger:
        with pytest.raises(KeyError):
            Curator(TABLE, ledger, TABLES).measure("0-0", queries("marginals")[0], 0.01)
        assert not ledger.text.releases


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_selection_is_charged_what_opendp_certifies(tmp_path: Path, relation: str) -> None:
    with opened(tmp_path, BUDGET, relation) as ledger:
        asked = Curator(TABLE, ledger, TABLES)
        zeros = [np.zeros(query.size, np.int64) for query in TABLES]
        asked.select("0-0", TABLES, zeros, np.zeros(len(TABLES), np.int64), 0.01)
        (release,) = ledger.text.releases
        assert release.what == f"selection among {len(TABLES)} queries"
        assert release.mechanism.name == EXPONENTIAL
        assert release.mechanism.epsilon == pytest.approx(math.sqrt(0.08), rel=1e-12)
        assert certified(release, TABLES, relation) <= release.rho <= 0.01


@pytest.mark.parametrize("relation", RELATIONS)
def test_selections_follow_the_exponential_mechanism(relation: str) -> None:
    """Candidates of one table and of several; the scores lie within a few units of the noise."""
    free, draws = _Free(), 1000
    free.text = SimpleNamespace(terms=Terms(BUDGET, relation, "", ""))
    rng = np.random.default_rng(1)
    current = [_counts(query) + rng.integers(-2, 3, query.size) for query in TABLES]
    penalties = rng.integers(0, 12, len(TABLES))
    asked = Curator(TABLE, free, TABLES)  # type: ignore[arg-type]
    seen = [asked.select("0-0", TABLES, current, penalties, 0.125) for _ in range(draws)]
    sensitivity = max(len(query.forms) for query in TABLES) * (2 if relation == "replace" else 1)
    # rho = epsilon^2 / 8
    weights = np.exp((_scores(TABLES, current) - penalties) / (2 * sensitivity))
    expected = draws * weights / weights.sum()
    assert expected.min() > 10 and expected.max() < 0.6 * draws
    assert chisquare(np.bincount(seen, minlength=len(TABLES)), expected).pvalue > 1e-7


def test_the_noise_of_a_selection_is_not_that_of_any_seed() -> None:
    asked = Curator(TABLE, _Free(), TABLES)  # type: ignore[arg-type]
    current = [_counts(query) for query in TABLES]

    def picks() -> list[int]:
        np.random.seed(0)
        return [asked.select("0-0", TABLES, current, np.zeros(len(TABLES), np.int64), 1e-6) for _ in range(40)]

    assert picks() != picks()
