import numpy as np
import pandas as pd
import pytest

from runs.synthesis.report.marginals import marginals
from tests.runs.synthesis.report.answers import SCHEMA, answers, table

SYNTHETIC, PRIVATE = table(400, 1), table(800, 2)


def test_a_measured_column_is_shown_as_it_was_measured() -> None:
    found = marginals(SCHEMA, SYNTHETIC, answers([{"kind": "marginals", "order": 1}], SYNTHETIC, PRIVATE, 0.0), 800.0)
    colour, size, sold = found
    assert [marginal.source for marginal in found] == ["measured"] * 3
    assert colour.labels == ("red", "green", "blue")
    assert colour.measured == pytest.approx(tuple(np.bincount(PRIVATE[:, 0], minlength=3) / 800))
    assert colour.synthetic == pytest.approx(
        tuple(pd.Series(SYNTHETIC[:, 0]).value_counts(normalize=True).sort_index())
    )
    assert size.is_ordered
    assert size.labels[-1] == "(missing)"
    assert sum(size.synthetic) == pytest.approx(1)
    assert sold.labels == ("false", "true")


def test_a_column_of_measured_pairs_is_added_up_with_its_noise() -> None:
    specs = [{"kind": "marginals", "tables": [["colour", "sold"], ["colour", "size"]]}]
    (colour, size, _) = marginals(SCHEMA, SYNTHETIC, answers(specs, SYNTHETIC, PRIVATE, 3.0), 800.0)
    assert colour.source == "implied by 2 measured tables"
    assert size.source == "implied by one measured table"
    assert size.deviations[0] == pytest.approx(3 * np.sqrt(3) / 800)
    # variances 2 x 9 and 41 x 9, combined by their inverses
    assert colour.deviations[0] == pytest.approx(np.sqrt(1 / (1 / 18 + 1 / (41 * 9))) / 800)
    exact = np.bincount(PRIVATE[:, 0], minlength=3) / 800
    assert np.abs(np.array(colour.measured) - exact).max() < 5 * colour.deviations[0]


def test_nothing_measured_leaves_the_synthetic_side() -> None:
    found = marginals(SCHEMA, SYNTHETIC, (), 800.0)
    assert [(marginal.source, marginal.measured) for marginal in found] == [("", ())] * 3
    assert [len(marginal.synthetic) for marginal in found] == [3, 41, 2]
