import math
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from dp_accounting.pld.privacy_loss_distribution import from_discrete_gaussian_mechanism

from evaluators.queries.query import Query, answer_all
from runs.privacy.budget import Budget, pld_budget, zcdp_budget
from runs.privacy.curator import Curator
from runs.privacy.ledger import Ledger
from runs.privacy.one_shot import common_sigma, measure_all
from tests.evaluators.queries.naive import all_codes
from tests.runs.privacy.courses import RELATIONS, SCHEMA, TABLE, forbid_draws, opened, queries, spent

EPSILON, DELTA = 1.0, 1e-6
MIXED = queries("marginals", "ranges", "correlation", "prefixes", "thresholds", "half_spaces")
TABLES = queries("marginals", "marginals:3", "ranges")


def _budget(accounting: str, asked: tuple[Query, ...], relation: str) -> Budget:
    if accounting == "zcdp":
        return zcdp_budget(EPSILON, DELTA)
    return pld_budget(EPSILON, DELTA, sum((query.unit_changes or {})[relation] for query in asked))


def _course(ledger: Ledger, asked: tuple[Query, ...], budget: Budget) -> list[list[int]]:
    return [found.answers.tolist() for found in measure_all(Curator(TABLE, ledger, asked), asked, budget)]


@pytest.mark.parametrize("asked", [MIXED, TABLES], ids=["all kinds", "tables"])
@pytest.mark.parametrize("relation", RELATIONS)
def test_in_zcdp_all_of_the_budget_is_spent_and_no_more(
    tmp_path: Path, relation: str, asked: tuple[Query, ...]
) -> None:
    budget = zcdp_budget(EPSILON, DELTA)
    with opened(tmp_path, budget, relation) as ledger:
        _course(ledger, asked, budget)
        assert [release.what for release in ledger.text.releases] == [query.name for query in asked]
        assert {release.mechanism.sigma for release in ledger.text.releases} == {common_sigma(asked, budget, relation)}
        assert math.fsum(release.rho for release in ledger.text.releases) <= budget.rho
        assert spent(ledger.text, asked) == pytest.approx(budget.rho, rel=1e-9)
        assert ledger.text.left == 0


@pytest.mark.parametrize("relation", RELATIONS)
def test_pld_spends_exactly_its_sigma(tmp_path: Path, relation: str) -> None:
    budget = _budget("pld", TABLES, relation)
    assert common_sigma(TABLES, budget, relation) == budget.sigma
    with opened(tmp_path, budget, relation) as ledger:
        _course(ledger, TABLES, budget)
        releases = ledger.text.releases
        assert {release.mechanism.sigma for release in releases} == {budget.sigma}
        units = sum(release.mechanism.unit_changes or 0 for release in releases)
        assert units == budget.unit_changes
        assert spent(ledger.text, TABLES) == pytest.approx(budget.rho, rel=1e-12)
        assert ledger.text.left == 0
    # the claim, from the releases alone
    assert budget.sigma is not None
    one = from_discrete_gaussian_mechanism(budget.sigma, value_discretization_interval=1 / (2 * budget.sigma**2))
    assert one.self_compose(units).get_delta_for_epsilon(EPSILON) <= DELTA
    assert budget.sigma < 0.97 * common_sigma(TABLES, zcdp_budget(EPSILON, DELTA), relation)


@pytest.mark.parametrize("relation", RELATIONS)
def test_another_release_after_the_course_is_refused(tmp_path: Path, relation: str) -> None:
    for accounting in ("zcdp", "pld"):
        budget = _budget(accounting, TABLES, relation)
        with opened(tmp_path / accounting, budget, relation) as ledger:
            _course(ledger, TABLES, budget)
            sigma = common_sigma(TABLES, budget, relation)
            with pytest.raises(ValueError, match=r"would cost rho = .* of the budget's .* 0 is left"):
                Curator(TABLE, ledger, TABLES).measure_at("1-0", TABLES[0], sigma)


@pytest.mark.parametrize("accounting", ["zcdp", "pld"])
def test_a_course_that_was_cut_goes_on_where_it_was(
    tmp_path: Path, accounting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = _budget(accounting, TABLES, "add_remove")
    with opened(tmp_path, budget, "add_remove") as ledger:
        asked = Curator(TABLE, ledger, TABLES)
        sigma = common_sigma(TABLES, budget, "add_remove")
        begun = [asked.measure_at(f"0-{i}", query, sigma).answers.tolist() for i, query in enumerate(TABLES[:3])]
    with opened(tmp_path, budget, "add_remove") as ledger:
        whole = _course(ledger, TABLES, budget)
        assert whole[:3] == begun
        assert len(ledger.text.releases) == len(TABLES)
    before = (tmp_path / "ledger.jsonl").read_bytes()
    forbid_draws(monkeypatch)
    with opened(tmp_path, budget, "add_remove") as ledger:
        assert _course(ledger, TABLES, budget) == whole
    assert (tmp_path / "ledger.jsonl").read_bytes() == before


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_common_sigma_covers_all_answers_as_one_vector(relation: str) -> None:
    """By brute force: no two neighbours are further apart than the budget allows at that noise."""
    budget, rows = zcdp_budget(EPSILON, DELTA), all_codes(SCHEMA)[::5]
    sigma = common_sigma(MIXED, budget, relation)
    alone = np.array([np.concatenate(answer_all(MIXED, row[None])) for row in rows])
    # answers are sums over rows, so what a neighbour changes does not depend on the other rows
    moves = alone if relation == "add_remove" else np.array([a - b for a, b in permutations(alone, 2)])
    furthest = int((moves**2).sum(axis=1).max())
    assert Fraction(furthest) / (2 * Fraction(sigma) ** 2) <= Fraction(budget.rho)
    assert furthest / (2 * sigma**2) > 0.3 * budget.rho


def test_the_common_sigma_is_the_least_within_the_budget() -> None:
    for epsilon in np.geomspace(1e-3, 1e3, 7):
        budget = zcdp_budget(float(epsilon), DELTA)
        for asked in (MIXED, TABLES, TABLES[:1]):
            sigma = common_sigma(asked, budget, "replace")
            squares = sum(Fraction(query.norms["replace"]) ** 2 for query in asked)
            cost = squares / (2 * Fraction(sigma) ** 2)
            assert cost <= Fraction(budget.rho)
            assert cost >= Fraction(budget.rho) * Fraction(1 - 1e-12)
