from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import chisquare

from evaluators.queries.form import CellTable, ProductQueries
from evaluators.synthetic_data import sweep
from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.landscape import Landscape, landscape
from evaluators.synthetic_data.measurement import Measurement
from evaluators.synthetic_data.sweep import Sweeper
from tests.evaluators.synthetic_data.problems import (
    FREE,
    ID,
    KINDS,
    UNASKED,
    broken,
    codes_of,
    energy,
    identity,
    problem,
    query,
    random_codes,
    schema_of,
)

pytestmark = pytest.mark.usefixtures("doubles")


def _swept(found: Landscape, codes: np.ndarray, beta: float, seed: int, count: int = 1) -> np.ndarray:
    """Returns codes after sweeps, having checked that the residuals are those of a recount."""
    sweeper = Sweeper(found)
    letters = sweeper.padded(found.letters(codes))
    residuals = Residuals(*map(jnp.asarray, found.residuals(codes)))
    for i in range(count):
        letters, residuals = sweeper.sweep(letters, residuals, beta, jax.random.key(seed + i))
    after = codes_of(found, np.asarray(letters)[:, : len(codes)])
    for counts, expected in zip(residuals, found.residuals(after), strict=True):
        np.testing.assert_array_equal(counts, expected)
    return after


@pytest.mark.parametrize(
    ("kinds", "max_block"),
    [(("cells",), 16), (("products",), 8192), (("half_spaces",), 16), (KINDS, 8192), (KINDS, 16)],
)
def test_residuals_are_a_recount_and_constraints_hold(
    monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...], max_block: int
) -> None:
    monkeypatch.setattr(sweep, "MAX_BLOCK", max_block)
    found, _ = problem(53, kinds=kinds)
    codes = random_codes(53, 1)
    after = _swept(found, codes, 0.05, 3, count=2)
    assert broken(after) == 0
    changed = (found.letters(after) != found.letters(codes)).any(axis=1)
    assert changed.tolist() == [c not in (ID, UNASKED) for c in range(6)]


def test_many_dense_queries_make_small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = problem(53)
    assert Sweeper(found).block == 64
    monkeypatch.setattr(sweep, "MAX_CONTEXT", 14 * 20)
    assert Sweeper(found).block == 20


def test_equal_keys_make_equal_sweeps_and_others_do_not() -> None:
    found, _ = problem(30)
    codes = random_codes(30, 1)
    first = _swept(found, codes, 0.05, 3)
    np.testing.assert_array_equal(_swept(found, codes, 0.05, 3), first)
    assert (_swept(found, codes, 0.05, 4) != first).any()


def test_cold_sweeps_bring_the_energy_down() -> None:
    found, measurements = problem(60)
    codes = random_codes(60, 1)
    energies = [energy(measurements, _swept(found, codes, 1e4, 3, count), 90) for count in (1, 3)]
    assert energy(measurements, codes, 90) > 2 * energies[0]
    assert energies[0] >= energies[1]


@pytest.mark.parametrize("num_codes", [97, 300])
def test_alphabets_of_any_size_are_padded(num_codes: int) -> None:
    schema = schema_of(
        {
            "columns": {
                "wide": {"kind": "integer", "lower": 1, "upper": num_codes},
                "flag": {"kind": "boolean"},
            }
        }
    )
    rng = np.random.default_rng(0)
    private = np.stack([rng.integers(0, num_codes, 200), rng.integers(0, 2, 200)], axis=1).astype(np.int32)
    table = CellTable((0, 1), (identity(num_codes), identity(2)))
    products = ProductQueries({0: rng.integers(-3, 4, (num_codes, 5)).astype(np.int32)})
    asked = query("both", table, products)
    found = landscape(schema, [Measurement(asked, asked.answers(private), 1.0)], 200, 200)
    codes = np.stack([rng.integers(0, num_codes, 200), rng.integers(0, 2, 200)], axis=1).astype(np.int32)
    after = _swept(found, codes, 100.0, 0, count=8)
    assert found.alphabets[0].size == num_codes
    assert found.normalized_loss(*found.residuals(after)) < 0.1 * found.normalized_loss(*found.residuals(codes))


def test_columns_that_are_all_fixed_or_unasked_are_left_alone() -> None:
    found = landscape(schema_of(FREE), [], 20, 20)
    codes = random_codes(20, 1, FREE)
    letters = Sweeper(found).padded(found.letters(codes))
    residuals = Residuals(*map(jnp.asarray, found.residuals(codes)))
    after, _ = Sweeper(found).sweep(letters, residuals, 1.0, jax.random.key(0))
    np.testing.assert_array_equal(np.asarray(after)[:, :20], found.letters(codes))


def test_tables_come_up_as_often_as_their_boltzmann_probability() -> None:
    data: dict[str, Any] = {
        "columns": {
            "a": {"kind": "boolean"},
            "b": {"kind": "integer", "lower": 0, "upper": 2},
        },
        "constraints": [{"kind": "forbidden", "where": {"a": ["true"], "b": {"lower": 2, "upper": 2}}}],
    }
    asked = query(
        "both",
        CellTable((0, 1), (identity(2), np.array([0, 0, 1], np.int32))),
        ProductQueries({1: np.array([[1], [-1], [2]], np.int32)}),
    )
    measurements = [Measurement(asked, np.array([1, 0, 1, 0, 1], np.int64), 1.0)]
    found, beta = landscape(schema_of(data), measurements, 2, 2.0), 0.7
    rows = [(a, b) for a in (0, 1) for b in (0, 1, 2) if (a, b) != (1, 2)]
    tables = [np.array([first, second], np.int32) for first in rows for second in rows]
    odds = np.exp([-beta * energy(measurements, table, 2) for table in tables])
    sweeper, counts = Sweeper(found), np.zeros(len(tables))
    letters = sweeper.padded(found.letters(tables[0]))
    residuals = Residuals(*map(jnp.asarray, found.residuals(tables[0])))
    assert all(a.size == size for a, size in zip(found.alphabets, (2, 3), strict=True))
    index = {tuple(map(tuple, found.letters(table).tolist())): i for i, table in enumerate(tables)}
    for i in range(1600):
        letters, residuals = sweeper.sweep(letters, residuals, beta, jax.random.key(i))
        if i % 2:  # neighbours are alike, and the test takes its draws for independent
            counts[index[tuple(map(tuple, np.asarray(letters)[:, :2].tolist()))]] += 1
    assert chisquare(counts, counts.sum() * odds / odds.sum()).pvalue > 1e-3
