import numpy as np
import pytest

from runs.synthesis.report.pairs import worst_pairs
from tests.runs.synthesis.report.answers import SCHEMA, answers, table

PRIVATE = table(800, 2)


def test_the_pair_that_the_table_has_wrong_comes_first() -> None:
    synthetic = PRIVATE.copy()
    synthetic[:, 2] = np.where(synthetic[:, 0] == 0, 1, 0)
    found = worst_pairs(SCHEMA, answers([{"kind": "marginals"}], synthetic, PRIVATE, 4.0), 800.0)
    assert (found[0].row, found[0].column) == ("colour", "sold")
    assert found[0].ratio > 20 > 2 > found[-1].ratio
    exact = np.zeros((3, 2))
    np.add.at(exact, (synthetic[:, 0], synthetic[:, 2]), 1 / 800)
    np.testing.assert_allclose(found[0].synthetic, exact)
    assert np.abs(np.array(found[0].residuals)).max() > 5


def test_many_groups_are_put_together_with_their_noise() -> None:
    specs = [{"kind": "marginals", "tables": [["size", "sold"]]}]
    (pair,) = worst_pairs(SCHEMA, answers(specs, PRIVATE, PRIVATE, 4.0), 800.0)
    assert len(pair.row_labels) == 19
    assert np.sum(pair.synthetic) == pytest.approx(1)
    assert pair.deviations[0][0] == pytest.approx(4 * np.sqrt(3) / 800)
    assert pair.deviations[-1][0] == pytest.approx(4 / 800)
    assert pair.ratio == pytest.approx(1, abs=0.5)


def test_larger_tables_are_added_up_to_pairs() -> None:
    specs = [{"kind": "marginals", "order": 3}]
    found = worst_pairs(SCHEMA, answers(specs, PRIVATE, PRIVATE, 4.0), 800.0)
    assert len(found) == 3
    sold = next(pair for pair in found if (pair.row, pair.column) == ("colour", "sold"))
    assert sold.deviations[0][0] == pytest.approx(4 * np.sqrt(41) / 800)
