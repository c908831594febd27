import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chisquare

from runs.privacy.noise import add_gaussian, gaussian_rho, select, selection_rho

LARGEST, SMALLEST = 2**63 - 1, -(2**63)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 30.75, 2.0**40])
@pytest.mark.parametrize("sensitivity", [1.0, math.sqrt(2), math.sqrt(190), 1e-3])
def test_the_certified_cost_of_noise_is_never_below_the_exact_one(sigma: float, sensitivity: float) -> None:
    exact = Fraction(sensitivity) ** 2 / (2 * Fraction(sigma) ** 2)
    assert exact <= Fraction(gaussian_rho(sigma, sensitivity)) <= exact * Fraction(1 + 1e-14)


def test_a_root_that_was_rounded_down_is_covered() -> None:
    for square in range(2, 400):
        assert Fraction(gaussian_rho(1.0, math.sqrt(square))) * 2 >= square


def _probabilities(sigma: float, reach: int) -> NDArray[np.float64]:
    weights = np.exp(-(np.arange(-60, 61) ** 2) / (2 * sigma**2))
    weights /= weights.sum()
    inside = weights[60 - reach : 61 + reach].copy()
    inside[0] += weights[: 60 - reach].sum()
    inside[-1] += weights[61 + reach :].sum()
    return inside


@pytest.mark.parametrize("sigma", [0.4, 1.3, 4.05])
def test_noise_is_the_discrete_gaussian(sigma: float) -> None:
    reach, count = math.ceil(2.5 * sigma), 30_000
    answers = np.arange(count)
    noisy, rho = add_gaussian(answers, sigma, 1.0)
    assert (noisy.dtype, noisy.shape, rho) == (np.int64, (count,), gaussian_rho(sigma, 1.0))
    seen = np.bincount(np.clip(noisy - answers, -reach, reach) + reach, minlength=2 * reach + 1)
    assert chisquare(seen, count * _probabilities(sigma, reach)).pvalue > 1e-7


def test_large_noise_has_the_stated_standard_deviation() -> None:
    noisy, _ = add_gaussian(np.zeros(20_000, dtype=np.int64), 1e6, 1.0)
    assert noisy.std() == pytest.approx(1e6, rel=0.04)
    assert abs(noisy.mean()) < 6 * 1e6 / math.sqrt(20_000)


def test_no_seed_touches_the_noise() -> None:
    def drawn() -> list[int]:
        np.random.seed(0)
        return add_gaussian(np.zeros(50, dtype=np.int64), 100.0, 1.0)[0].tolist()

    assert drawn() != drawn()


def test_answers_never_wrap_around() -> None:
    answers = np.array([LARGEST, SMALLEST] * 200)
    noisy, _ = add_gaussian(answers, 1e6, 1.0)
    assert (noisy[::2] > LARGEST - 10**8).all()
    assert (noisy[1::2] < SMALLEST + 10**8).all()
    assert (noisy == LARGEST).any() and (noisy == SMALLEST).any()


def test_small_integers_are_widened_first() -> None:
    noisy, _ = add_gaussian(np.full(200, 127, dtype=np.int8), 1000.0, 1.0)
    assert noisy.max() > 127 and noisy.min() < -128


@pytest.mark.parametrize(
    "answers",
    [
        np.zeros(0, dtype=np.int64),
        np.zeros((2, 2), dtype=np.int64),
        np.zeros(3),
        np.zeros(3, dtype=np.uint64),
        np.array(["a"]),
        np.array([1, None], dtype=object),
    ],
    ids=["empty", "two axes", "floats", "unsigned", "text", "objects"],
)
def test_answers_of_another_kind_are_refused(answers: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="noise goes on whole numbers, signed and in one row"):
        add_gaussian(answers, 1.0, 1.0)


@pytest.mark.parametrize("sigma", [0.0, -1.0, math.nan, math.inf, 2.0**53])
def test_impossible_noise_is_refused(sigma: float) -> None:
    with pytest.raises(ValueError, match="sigma must be above 0 and at most 4503599627370496, not"):
        add_gaussian(np.zeros(3, dtype=np.int64), sigma, 1.0)


@pytest.mark.parametrize("sensitivity", [0.0, -1.0, math.nan, math.inf])
def test_impossible_sensitivities_are_refused(sensitivity: float) -> None:
    with pytest.raises(ValueError, match="the sensitivity must be above 0 and finite, not"):
        add_gaussian(np.zeros(3, dtype=np.int64), 1.0, sensitivity)
    with pytest.raises(ValueError, match="the sensitivity must be above 0 and finite, not"):
        select(np.zeros(3, dtype=np.int64), 1.0, sensitivity)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, math.nan, math.inf, 1e-320])
def test_impossible_selections_are_refused(epsilon: float) -> None:
    with pytest.raises(ValueError, match="the epsilon of a selection"):
        select(np.zeros(3, dtype=np.int64), epsilon, 1.0)


@pytest.mark.parametrize("epsilon", [0.01, 1.0, 7.3])
@pytest.mark.parametrize("sensitivity", [1, 0.37])
def test_a_selection_costs_an_eighth_of_the_square_of_epsilon(epsilon: float, sensitivity: float) -> None:
    assert epsilon**2 / 8 <= selection_rho(epsilon, sensitivity) <= epsilon**2 / 8 * (1 + 1e-12)


@pytest.mark.parametrize(
    ("scores", "unit"),
    [(np.array([0, 1, 3, 3]), 1), (np.array([0, 1, 3, 3]) + 2**60, 1), (np.array([0, 0.25, 0.75, 0.75]), 0.25)],
    ids=["whole numbers", "beyond doubles", "floats"],
)
def test_selections_follow_the_exponential_mechanism(scores: NDArray[Any], unit: float) -> None:
    weights = np.exp(1.5 * np.array([0, 1, 3, 3]) / 2)
    seen = np.bincount([select(scores, 1.5, unit)[0] for _ in range(1000)], minlength=4)
    assert chisquare(seen, 1000 * weights / weights.sum()).pvalue > 1e-7


def test_selection_holds_at_the_ends_of_int64() -> None:
    assert select(np.array([SMALLEST, LARGEST, 0]), 1.0, 1)[0] == 1
    assert select(np.array([-1.5e308, 1.5e308]), 1.0, 1.0)[0] == 1


def test_one_candidate_is_selected() -> None:
    assert select(np.array([-5]), 0.1, 1) == (0, selection_rho(0.1, 1))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_scores_that_are_not_finite_are_refused_without_naming_any(bad: float) -> None:
    with pytest.raises(ValueError, match="every score of a selection must be finite") as error:
        select(np.array([1234.5, bad]), 1.0, 1.0)
    assert "1234" not in str(error.value)


@pytest.mark.parametrize("scores", [np.zeros(0), np.zeros((2, 2)), np.array([True]), np.array(["a"])])
def test_scores_of_another_kind_are_refused(scores: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="a selection takes signed whole numbers or floats in one row"):
        select(scores, 1.0, 1.0)
