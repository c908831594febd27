import numpy as np
import pytest

from runs.synthesis.answered import total_loss
from runs.synthesis.report.fits import PARTS, SHARES, fits
from tests.runs.synthesis.report.answers import answers, table

PRIVATE = table(800, 2)


def test_the_private_table_itself_is_as_far_as_the_noise() -> None:
    specs = [{"kind": "marginals"}, {"kind": "thresholds", "columns": ["size"]}]
    found = answers(specs, PRIVATE, PRIVATE, 5.0)
    pairs, thresholds = fits(found, 800.0)
    assert (pairs.name, thresholds.name) == ("marginals of 2 columns", "thresholds")
    assert pairs.answers == 3 * 41 + 3 * 2 + 41 * 2
    assert pairs.ratio == pytest.approx(1, abs=0.3)
    assert pairs.mean_error == pytest.approx(pairs.mean_noise, rel=0.2)
    assert pairs.mean_noise == pytest.approx(5 * np.sqrt(2 / np.pi) / 800)
    assert pairs.unit == thresholds.unit == SHARES
    together = (pairs.ratio * pairs.answers + thresholds.ratio * thresholds.answers) / (
        pairs.answers + thresholds.answers
    )
    assert total_loss(found) == pytest.approx(together)


def test_errors_are_shares_whatever_the_sizes_of_the_tables() -> None:
    synthetic = PRIVATE[::2].copy()
    (fit,) = fits(answers([{"kind": "marginals", "tables": [["colour"]]}], synthetic, PRIVATE, 0.0), 800.0)
    shares = [np.bincount(codes[:, 0], minlength=3) / len(codes) for codes in (synthetic, PRIVATE)]
    assert fit.max_error == pytest.approx(np.abs(shares[0] - shares[1]).max())
    assert fit.name == "marginals of 1 column"


def test_sums_of_values_are_shares_of_the_largest_there_could_be() -> None:
    synthetic = table(400, 5)
    specs = [{"kind": "conditional_means", "value": "size", "by": "colour"}]
    (fit,) = fits(answers(specs, synthetic, PRIVATE, 0.0), 800.0)
    assert fit.unit == PARTS
    assert 0 < fit.max_error < 1


def test_without_noise_the_rounding_of_a_row_is_what_nothing_can_follow() -> None:
    (fit,) = fits(answers([{"kind": "marginals", "tables": [["sold"]]}], PRIVATE, PRIVATE, 0.0), 800.0)
    assert fit.ratio == 0
