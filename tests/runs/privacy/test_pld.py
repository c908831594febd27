import math

import numpy as np
import pytest

from runs.privacy import pld
from runs.privacy.accounting import epsilon_to_rho, sigma_for_rho
from runs.privacy.pld import PRECISION, pld_delta, pld_epsilon, pld_sigma


def _exact_delta(sigma: float, unit_changes: int, epsilon: float) -> float:
    """By definition: losses of a discrete Gaussian and its shift, summed over the changed answers."""
    reach = math.ceil(12 * sigma) + 1
    steps = np.arange(-reach, reach + 1)
    one = np.exp(-(steps**2) / (2 * sigma**2))
    one /= one.sum()
    together = np.ones(1)
    for _ in range(unit_changes):
        together = np.convolve(together, one)
    losses = (np.arange(len(together)) - reach * unit_changes + unit_changes / 2) / sigma**2
    large = losses > epsilon
    return math.fsum(together[large] * -np.expm1(epsilon - losses[large]))


@pytest.mark.parametrize(
    ("sigma", "unit_changes", "epsilon"),
    [(0.53, 1, 10.0), (0.8, 3, 10.0), (3.0, 36, 10.0), (3.74, 1, 1.0), (22.4, 36, 1.0), (30.75, 1, 0.1)],
)
def test_deltas_are_those_of_the_definition_and_never_below(sigma: float, unit_changes: int, epsilon: float) -> None:
    exact = _exact_delta(sigma, unit_changes, epsilon)
    assert exact <= pld_delta(sigma, unit_changes, epsilon) <= exact * (1 + 1e-5)


@pytest.mark.parametrize(("sigma", "unit_changes", "epsilon"), [(90.0, 3, 0.1), (184.5, 36, 0.1)])
def test_the_coarser_grid_of_much_noise_errs_upwards_and_little(
    sigma: float, unit_changes: int, epsilon: float
) -> None:
    exact = _exact_delta(sigma, unit_changes, epsilon)
    assert exact <= pld_delta(sigma, unit_changes, epsilon) <= exact * (1 + 1e-3)


@pytest.mark.parametrize(("epsilon", "sigma"), [(0.1, 30.75), (1.0, 3.73), (10.0, 0.500)])
def test_calibration_reaches_the_known_noise(epsilon: float, sigma: float) -> None:
    found = pld_sigma(epsilon, 1e-5, 36) / 6
    assert found == pytest.approx(sigma, rel=1e-3)
    assert found < 0.95 * sigma_for_rho(epsilon_to_rho(epsilon, 1e-5), 1.0)


@pytest.mark.parametrize("unit_changes", [1, 2, 36])
@pytest.mark.parametrize(("epsilon", "delta"), [(0.1, 1e-5), (1.0, 1e-9), (10.0, 1e-5), (100.0, 1e-5), (0.5, 0.05)])
def test_calibrated_noise_is_certified_and_less_is_not(epsilon: float, delta: float, unit_changes: int) -> None:
    sigma = pld_sigma(epsilon, delta, unit_changes)
    assert pld_delta(sigma, unit_changes, epsilon) <= delta
    assert _exact_delta(sigma, unit_changes, epsilon) <= delta
    assert pld_epsilon(sigma, unit_changes, delta) <= epsilon * (1 + 1e-9)
    assert pld_delta(sigma / (1 + 3 * PRECISION), unit_changes, epsilon) > delta


def test_much_noise_on_many_tables_is_calibrated() -> None:
    found = pld_sigma(0.01, 1e-9, 1140)
    assert found == pytest.approx(pld_sigma(0.01, 1e-9, 1) * math.sqrt(1140), rel=1e-3)
    assert found > 10_000


def test_hardly_any_noise_is_calibrated() -> None:
    # one answer: with a loss of exactly epsilon nearly always, sigma = sqrt(1 / (2 epsilon))
    assert pld_sigma(1e4, 1e-5, 1) == pytest.approx(math.sqrt(1 / 2e4), rel=1e-3)


def test_what_cannot_be_certified_is_refused() -> None:
    with pytest.raises(ValueError, match=r"delta of at least 1e-11, not 1e-15; use zcdp accounting"):
        pld_sigma(1.0, 1e-15, 1)
    with pytest.raises(ValueError, match=r"noise of at most 100000 rows, epsilon 1e-05 .*; use zcdp accounting"):
        pld_sigma(1e-5, 1e-9, 36)
    with pytest.raises(ValueError, match="at least one answer that a row changes, not 0"):
        pld_sigma(1.0, 1e-9, 0)
    with pytest.raises(ValueError, match="epsilon must be above 0"):
        pld_sigma(0.0, 1e-9, 1)


def test_the_search_survives_a_guess_that_is_far_off() -> None:
    for guess in (0.01, 1.0, 55.0):
        assert pld._smallest(guess, lambda sigma: sigma >= 7.0) == pytest.approx(7.0, rel=2 * PRECISION)
