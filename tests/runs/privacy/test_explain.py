import math
from pathlib import Path

import numpy as np
import pytest

from evaluators.queries.query import NEIGHBOURS
from runs.privacy.accounting import rho_to_epsilon, sigma_for_rho
from runs.privacy.budget import Budget, pld_budget, zcdp_budget
from runs.privacy.explain import PROTECTED, Cost, claim_text, cost_rows, noise_text, paid, spent_epsilon, spent_text
from runs.privacy.ledger import Ledger
from runs.privacy.ledger_text import EXPONENTIAL, GAUSSIAN, LedgerText, Mechanism, Terms

BUDGET = zcdp_budget(1.0, 1e-9)


def _terms(budget: Budget = BUDGET, neighbours: str = "add_remove") -> Terms:
    return Terms(budget, neighbours, "data", "schema")


def _released(folder: Path, budget: Budget, costs: list[Cost]) -> LedgerText:
    with Ledger(folder, _terms(budget)) as ledger:
        for i, cost in enumerate(costs):
            ledger.release(f"0-{i}", cost.what, cost.rho, lambda: np.arange(3), cost.mechanism)
        return ledger.text


def test_every_relation_of_neighbours_is_explained() -> None:
    assert set(PROTECTED) == set(NEIGHBOURS)
    assert "number of rows is hidden" in claim_text(_terms())[0]
    assert "number of rows is taken to be public" in claim_text(_terms(neighbours="replace"))[0]


def test_the_claim_is_stated_in_all_its_figures() -> None:
    text = " ".join(claim_text(_terms()))
    for figure in ("(1, 1e-09)-differential privacy", "at most 2.72 times", f"rho = {BUDGET.rho:.4g}"):
        assert figure in text
    exact = " ".join(claim_text(_terms(pld_budget(1.0, 1e-9, 36))))
    assert "at most 36 answers by 1" in exact
    assert "exp(10000)" in " ".join(claim_text(_terms(zcdp_budget(1e4, 1e-9))))


def test_a_preview_groups_what_has_the_same_noise() -> None:
    sigma = sigma_for_rho(BUDGET.rho / 40, 1.0)
    gaussian = Mechanism(GAUSSIAN, sigma=sigma, unit_changes=1)
    planned = [
        Cost("marginal(a)", gaussian, BUDGET.rho / 40, 5),
        Cost("selection among 9 queries", Mechanism(EXPONENTIAL, epsilon=0.02), 5e-5),
        Cost("marginal(b)", gaussian, BUDGET.rho / 40, 7),
        Cost("marginal(c)", gaussian, BUDGET.rho / 40, 1),
    ]
    first, second = cost_rows(planned, BUDGET)
    assert (first.what, first.releases, first.answers) == ("marginal(a) and 2 more", 3, 13)
    assert first.share == pytest.approx(3 / 40)
    assert first.noise == f"{sigma:.3g} rows, 19 of 20 answers within {1.96 * sigma:.3g}"
    assert (second.what, second.releases, second.answers) == ("selection among 9 queries", 1, None)
    assert second.noise == "a selection at epsilon 0.02"
    assert cost_rows([], BUDGET) == ()


def test_noise_of_another_mechanism_is_named() -> None:
    assert noise_text(Mechanism("geometric")) == "geometric"


def test_what_was_spent_is_that_of_the_ledger(tmp_path: Path) -> None:
    costs = [Cost("a", Mechanism(GAUSSIAN, sigma=9.0), BUDGET.rho / 4), Cost("b", Mechanism(), BUDGET.rho / 4)]
    text = _released(tmp_path, BUDGET, costs)
    assert [paid(release) for release in text.releases] == costs
    assert spent_epsilon(text) == rho_to_epsilon(BUDGET.rho / 2, 1e-9)
    assert "(50%) in 2 releases, which alone claim (0.69" in spent_text(text)


def test_nothing_spent_is_nothing_claimed(tmp_path: Path) -> None:
    text = _released(tmp_path, BUDGET, [])
    assert spent_epsilon(text) == 0
    assert spent_text(text) == f"Nothing was spent of rho = {BUDGET.rho:.4g}."


def test_all_of_a_one_shot_claims_its_budget_and_a_part_less(tmp_path: Path) -> None:
    budget = pld_budget(1.0, 1e-9, 4)
    assert budget.sigma is not None
    cost = Cost("a", Mechanism(GAUSSIAN, sigma=budget.sigma, unit_changes=2), 2 / (2 * budget.sigma**2))
    (tmp_path / "part").mkdir()
    assert 0.5 < spent_epsilon(_released(tmp_path / "part", budget, [cost])) < math.sqrt(0.6)
    assert spent_epsilon(_released(tmp_path, budget, [cost, cost])) == pytest.approx(1.0, rel=1e-3)
