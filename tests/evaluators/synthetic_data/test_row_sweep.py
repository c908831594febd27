from itertools import permutations

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import chisquare

from evaluators.queries.form import CellTable
from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.landscape import Landscape, landscape
from evaluators.synthetic_data.measurement import Measurement
from evaluators.synthetic_data.row_sweep import RowSweeper
from evaluators.synthetic_data.settings import EvolutionConfig
from tests.evaluators.synthetic_data.problems import (
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

NONE = {"swaps": 0.0, "multi_cell_moves": 0.0, "row_replacements": 0.0}


def _config(**wanted: float) -> EvolutionConfig:
    return EvolutionConfig(**NONE | wanted)  # type: ignore[arg-type]


def _swept(found: Landscape, config: EvolutionConfig, codes: np.ndarray, beta: float, key: int) -> np.ndarray:
    """Returns letters after a sweep, having checked that the residuals are those of a recount."""
    letters = jnp.pad(jnp.asarray(found.letters(codes)), ((0, 0), (0, 3)))
    start = Residuals(*map(jnp.asarray, found.residuals(codes)))
    drawn, residuals = RowSweeper(found, config).sweep(letters, start, beta, key)
    after = np.asarray(drawn)
    assert not after[:, len(codes) :].any()
    after = after[:, : len(codes)]
    for counts, expected in zip(residuals, found.residuals(codes_of(found, after)), strict=True):
        np.testing.assert_array_equal(counts, expected)
    return after


@pytest.mark.parametrize("operator", NONE)
def test_residuals_are_a_recount_and_constraints_hold(operator: str) -> None:
    found, measurements = problem(61)
    codes = random_codes(61, 1)
    after = _swept(found, _config(**{operator: 3.0}), codes, 1.0, 0)
    moved = codes_of(found, after)
    assert broken(moved) == 0
    assert (after != found.letters(codes)).any()
    assert energy(measurements, moved, 90) < energy(measurements, codes, 90)


def test_swaps_keep_what_each_column_holds() -> None:
    found, _ = problem(61)
    codes = random_codes(61, 1)
    before, after = found.letters(codes), _swept(found, _config(swaps=3.0), codes, 0.01, 0)
    np.testing.assert_array_equal(np.sort(after, axis=1), np.sort(before, axis=1))
    assert (after != before).any(axis=1).tolist() == [a.size > 1 for a in found.alphabets]


def test_equal_keys_make_equal_sweeps_and_others_do_not() -> None:
    found, _ = problem(61)
    codes = random_codes(61, 1)
    for operator in NONE:
        config = _config(**{operator: 3.0})
        first = _swept(found, config, codes, 1.0, 5)
        np.testing.assert_array_equal(_swept(found, config, codes, 1.0, 5), first)
        assert (_swept(found, config, codes, 1.0, 6) != first).any()


def test_nothing_wanted_is_nothing_moved() -> None:
    found, _ = problem(20)
    codes = random_codes(20, 1)
    np.testing.assert_array_equal(_swept(found, _config(), codes, 0.0, 0), found.letters(codes))


def test_tables_of_a_few_rows_are_moved_too() -> None:
    found, _ = problem(3, kinds=("cells",))
    config = EvolutionConfig(swaps=1.0, multi_cell_moves=1.0, row_replacements=1.0)
    assert broken(codes_of(found, _swept(found, config, random_codes(3, 1), 1.0, 0))) == 0


def test_swaps_visit_tables_as_often_as_their_boltzmann_probability() -> None:
    data = {"columns": {name: {"kind": "integer", "lower": 0, "upper": 3} for name in "ab"}}
    asked = query("pairs", CellTable((0, 1), (identity(4), identity(4))))
    goals = np.random.default_rng(0).integers(0, 2, 16)
    measurements = [Measurement(asked, goals, 1.0)]
    found, beta = landscape(schema_of(data), measurements, 4, 4.0), 1.5
    # four rows of distinct values in both columns: a table is known by what stands beside each value of the first
    tables = [np.stack([np.arange(4), order], axis=1).astype(np.int32) for order in permutations(range(4))]
    odds = np.exp([-beta * energy(measurements, table, 4) for table in tables])
    index = {tuple(table[:, 1].tolist()): i for i, table in enumerate(tables)}
    sweeper, counts = RowSweeper(found, _config(swaps=2.0)), np.zeros(len(tables))
    letters = jnp.asarray(found.letters(tables[0]))
    residuals = Residuals(*map(jnp.asarray, found.residuals(tables[0])))
    for key in range(3000):
        letters, residuals = sweeper.sweep(letters, residuals, beta, key)
        drawn = np.asarray(letters)
        counts[index[tuple(drawn[1, np.argsort(drawn[0])].tolist())]] += key % 3 == 0
    assert odds.max() / odds.min() > 10
    assert chisquare(counts, counts.sum() * odds / odds.sum()).pvalue > 1e-3
