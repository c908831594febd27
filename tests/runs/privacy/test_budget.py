import math

import pytest

from runs.privacy.accounting import ROUNDING, epsilon_to_rho
from runs.privacy.budget import Budget, pld_budget, zcdp_budget
from runs.privacy.pld import pld_delta


def test_a_zcdp_budget_is_what_its_claim_allows() -> None:
    budget = zcdp_budget(1.0, 1e-5)
    assert (budget.rho, budget.sigma, budget.accounting) == (epsilon_to_rho(1.0, 1e-5), None, "zcdp")


def test_a_pld_budget_is_exactly_its_tables_at_its_noise() -> None:
    budget = pld_budget(1.0, 1e-9, 72)
    assert budget.sigma is not None
    assert pld_delta(budget.sigma, 72, 1.0) <= 1e-9
    assert budget.rho == pytest.approx(72 / (2 * budget.sigma**2))
    assert budget.rho > zcdp_budget(1.0, 1e-9).rho


@pytest.mark.parametrize("parts", [3, 7, 1140])
def test_equal_parts_of_a_budget_add_up_to_it(parts: int) -> None:
    budget = zcdp_budget(0.7, 1e-9)
    assert budget.allows(sum([budget.rho / parts] * parts))
    assert not budget.allows(math.nextafter(budget.rho * (1 + ROUNDING), math.inf))
    assert not budget.allows(math.nan)


def test_budgets_of_no_claim_are_refused() -> None:
    with pytest.raises(ValueError, match="accounting must be one of zcdp, pld, not 'rdp'"):
        Budget(1.0, 1e-9, 0.01, "rdp")
    with pytest.raises(ValueError, match="delta must be above 0"):
        Budget(1.0, 0.0, 0.01)
    with pytest.raises(ValueError, match="epsilon must be above 0"):
        zcdp_budget(-1.0, 1e-9)


def test_claims_tell_budgets_apart() -> None:
    first = Budget(1.0, 1e-9, 0.01)
    assert first.claim == Budget(1.0, 1e-9, 0.01 * (1 + 1e-12)).claim
    assert len({first.claim, Budget(1.0, 1e-8, 0.01).claim, Budget(1.0, 1e-9, 0.01, "pld", 5.0, 3).claim}) == 3
