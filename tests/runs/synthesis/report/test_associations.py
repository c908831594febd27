import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from evaluators.queries import build_queries
from evaluators.synthetic_data.measurement import Measurement
from runs.synthesis.answered import answered
from runs.synthesis.report.associations import association, correlations, cramers_v
from search_spaces.synthetic_data.schema import schema_from_data
from tests.runs.synthesis.report.answers import SCHEMA, answers, table


def test_cramers_v_is_that_of_scipys_chi_squared() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        counts = rng.integers(0, 40, rng.integers(2, 6, 2)) + np.eye(1, dtype=int)
        total, (rows, columns) = counts.sum(), counts.shape
        chi2 = chi2_contingency(counts, correction=False).statistic
        excess = max(0.0, chi2 / total - (rows - 1) * (columns - 1) / (total - 1))
        least = min(rows - (rows - 1) ** 2 / (total - 1), columns - (columns - 1) ** 2 / (total - 1)) - 1
        assert cramers_v(counts) == pytest.approx(np.sqrt(excess / least))


def test_cramers_v_at_its_ends() -> None:
    assert cramers_v(np.diag([30, 40, 50])) == pytest.approx(1)
    assert cramers_v(np.full((3, 4), 100)) == 0
    assert np.isnan(cramers_v(np.array([[3, 4], [0, 0]])))


def test_equal_columns_are_one_and_independent_ones_about_zero() -> None:
    codes = table(3000, 1)
    codes[:, 2] = codes[:, 0] > 0
    found = association(SCHEMA, codes)
    assert found is not None
    values = np.array(found.values)
    assert values[0, 2] == pytest.approx(1, abs=0.01)
    assert values[0, 1] < 0.1
    np.testing.assert_array_equal(values, values.T)


def test_measured_correlations_stand_beside_those_of_the_table() -> None:
    codes = table(500, 3)
    assert correlations(SCHEMA, answers([{"kind": "marginals"}], codes, codes, 1.0)) == ()
    rng = np.random.default_rng(0)
    two = schema_from_data(
        {"columns": {name: {"kind": "integer", "lower": 0, "upper": 62} for name in ("x", "y")}}, "test"
    )
    x = rng.integers(0, 63, 2000)
    codes = np.stack([x, np.clip(x + rng.integers(-20, 20, 2000), 0, 62)], axis=1).astype(np.int32)
    (query,) = build_queries([{"kind": "correlation"}], two)
    measured = Measurement(query, query.answers(codes) + 50, 50.0)
    ours, noisy = correlations(two, answered([measured], codes, 2000.0))
    expected = pd.DataFrame(codes).corr().iloc[0, 1]
    assert ours.values[0][1] == pytest.approx(expected, abs=0.01)
    assert noisy.values[0][1] == pytest.approx(expected, abs=0.02)
    assert ours.title != noisy.title
