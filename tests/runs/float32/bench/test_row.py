"""Figures of one function."""

from __future__ import annotations

import json

import pytest

from evaluators.float32_functions.cost.measured import OURS
from tests.runs.float32.bench.made_rows import EXP, GELU, SIN


def test_the_speedup_compares_vectors_of_one_width():
    assert EXP.speedup(256).value == pytest.approx(1.5)
    assert EXP.speedup(512).value == pytest.approx(4.0)
    assert GELU.speedup(256) is None


def test_wins_compare_the_best_widths():
    assert EXP.best(OURS) == pytest.approx(0.1)
    assert EXP.wins(("jnp", "numpy", "torch"))
    assert not EXP.wins(("jnp", "numpy", "libmvec"))
    assert SIN.wins(()) and not SIN.wins(("jnp",))
    assert GELU.wins(("jnp",)) is None


def test_rows_are_plain_data():
    data = json.loads(json.dumps(EXP.to_dict()))
    assert data["nanoseconds_per_element"]["numpy"] == {"256": pytest.approx(0.5), "512": pytest.approx(0.5)}
    assert data["nanoseconds_per_element"]["libmvec"]["256"] is None
    assert data["times_as_fast_as_jnp"]["512"]["value"] == pytest.approx(4.0)
    assert data["errors"]["jnp"] == {"max_ulp": 14.25, "num_wrong": 3}
