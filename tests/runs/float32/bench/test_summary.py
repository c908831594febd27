"""Figures of all functions together, by hand."""

from __future__ import annotations

import pytest

from evaluators.float32_functions.cost.measured import OURS
from runs.float32.bench.summary import summary
from tests.runs.float32.bench.made_rows import EXP, GELU, SIN


def test_the_summary_by_hand():
    found = summary([EXP, SIN, GELU], OURS, ("jnp", "numpy", "libmvec"))
    assert found.num_programs == 2
    assert found.geometric_means == {256: pytest.approx((1.5 * 0.5) ** 0.5), 512: pytest.approx(2.0)}
    assert found.not_slower == {256: 1, 512: 2}
    assert (found.wins, found.wins_over_all) == (1, 0)
    assert found.under_one == 1


def test_without_programs_there_is_no_summary():
    assert summary([GELU], OURS, ("jnp",)) is None
