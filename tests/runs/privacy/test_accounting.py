import math

import pytest
from scipy.optimize import minimize_scalar

from runs.privacy import accounting
from runs.privacy.accounting import (
    check_claim,
    delta_warning,
    epsilon_for_rho,
    epsilon_to_rho,
    rho_to_delta,
    rho_to_epsilon,
    sigma_for_rho,
)
from runs.privacy.libraries import library
from runs.privacy.noise import gaussian_rho, selection_rho

CLAIMS = [(0.1, 1e-5), (1.0, 1e-5), (10.0, 1e-5), (1.0, 1e-9), (0.01, 1e-12), (1e4, 1e-5), (3.0, 0.01)]


def _best_epsilon(rho: float, delta: float) -> float:
    """Canonne, Kamath, Steinke, Proposition 12, at the best real order."""

    def epsilon(log_order: float) -> float:
        order = 1 + math.exp(log_order)
        return rho * order + math.log1p(-1 / order) - math.log(delta * order) / (order - 1)

    found = (minimize_scalar(epsilon, bounds=(low, low + 3), method="bounded") for low in range(-6, 20))
    return float(min(result.fun for result in found))


@pytest.mark.parametrize(("epsilon", "rho"), [(0.1, 4.3299e-4), (1.0, 0.0305566), (10.0, 1.78270)])
def test_budgets_are_the_known_ones(epsilon: float, rho: float) -> None:
    assert epsilon_to_rho(epsilon, 1e-5) == pytest.approx(rho, rel=3e-5)


@pytest.mark.parametrize(("epsilon", "delta"), CLAIMS)
def test_a_budget_keeps_its_claim_and_wastes_nothing(epsilon: float, delta: float) -> None:
    rho = epsilon_to_rho(epsilon, delta)
    assert epsilon * (1 - 1e-4) < _best_epsilon(rho, delta) <= epsilon
    # whatever a sum of costs may be rounded to is within the claim too
    assert rho_to_epsilon(rho * (1 + accounting.ROUNDING), delta) <= epsilon * (1 + 1e-12)
    assert rho_to_delta(rho, epsilon) == pytest.approx(delta, rel=1e-4)


@pytest.mark.parametrize(("epsilon", "delta"), [(0.1, 1e-5), (1.0, 1e-5), (3.0, 0.01)])
def test_opendp_agrees(epsilon: float, delta: float) -> None:
    domains, metrics = library("opendp.domains"), library("opendp.metrics")
    sigma = sigma_for_rho(epsilon_to_rho(epsilon, delta), 1.0)
    measurement = library("opendp.measurements").make_gaussian(
        domains.atom_domain(T="i64"), metrics.absolute_distance(T="f64"), scale=sigma
    )
    profile = library("opendp.combinators").make_zCDP_to_approxDP(measurement).map(1.0)
    assert profile.epsilon(delta) == pytest.approx(epsilon, rel=1e-3)


def test_costs_at_the_ends() -> None:
    assert rho_to_epsilon(0.0, 1e-5) == 0
    assert rho_to_delta(0.0, 1.0) == 0
    for rho in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="a cost in zCDP must be 0 or more and finite"):
            rho_to_epsilon(rho, 1e-5)


@pytest.mark.parametrize("rho", [1e-9, 4.3299e-4, 0.0305566 / 7, 1.7, 1e4])
@pytest.mark.parametrize("sensitivity", [1.0, math.sqrt(2), math.sqrt(91), 0.3])
def test_noise_for_a_cost_is_certified_and_not_too_much(rho: float, sensitivity: float) -> None:
    sigma = sigma_for_rho(rho, sensitivity)
    assert gaussian_rho(sigma, sensitivity) <= rho < gaussian_rho(sigma * (1 - 1e-12), sensitivity)
    epsilon = epsilon_for_rho(rho, sensitivity)
    assert selection_rho(epsilon, sensitivity) <= rho < selection_rho(epsilon * (1 + 1e-12), sensitivity)


def test_zcdp_noise_is_the_known_one() -> None:
    found = [sigma_for_rho(epsilon_to_rho(epsilon, 1e-5), 1.0) for epsilon in (0.1, 1.0, 10.0)]
    assert found == pytest.approx([33.98, 4.05, 0.530], rel=2e-3)


@pytest.mark.parametrize("rho", [0.0, -1.0, math.nan, math.inf])
def test_what_cannot_be_spent_is_refused(rho: float) -> None:
    for function in (sigma_for_rho, epsilon_for_rho):
        with pytest.raises(ValueError, match="the rho of a release must be above 0 and finite"):
            function(rho, 1.0)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, math.nan, math.inf])
def test_no_claim_has_such_an_epsilon(epsilon: float) -> None:
    with pytest.raises(ValueError, match="epsilon must be above 0 and finite, not"):
        epsilon_to_rho(epsilon, 1e-5)


@pytest.mark.parametrize("delta", [0.0, -1e-9, 1.0, 2.0, math.nan])
def test_no_claim_has_such_a_delta(delta: float) -> None:
    with pytest.raises(ValueError, match="delta must be above 0 and below 1, not"):
        check_claim(1.0, delta)


def test_a_delta_that_would_allow_to_publish_a_row_is_warned_of() -> None:
    assert delta_warning(1e-5, 99_999) == ""
    assert "delta = 1e-05 is not below 1/rows = 1e-05" in delta_warning(1e-5, 100_000)
    assert delta_warning(0.5, 1) == ""
    assert delta_warning(0.5, 0) == ""
