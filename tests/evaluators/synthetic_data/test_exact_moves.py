import numpy as np
import pytest

from evaluators.queries.form import CellTable
from evaluators.synthetic_data.exact_moves import ExactMoves, inverse_temperature
from evaluators.synthetic_data.landscape import Landscape, landscape
from evaluators.synthetic_data.measurement import Measurement
from evaluators.synthetic_data.settings import EvolutionConfig
from search_spaces.synthetic_data.table import Table
from tests.evaluators.synthetic_data.problems import (
    FLAG,
    ID,
    broken,
    energy,
    identity,
    problem,
    queries,
    query,
    random_codes,
    schema_of,
)

pytestmark = pytest.mark.usefixtures("doubles")


def _evolved(found: Landscape, config: EvolutionConfig, codes: np.ndarray, key: int = 0) -> Table:
    evolution, table = ExactMoves(found, config), Table(codes)
    for _ in range(config.sweeps // config.sweeps_per_epoch):
        table, _ = evolution.evolve(table, key)
    return table


def test_a_planted_table_without_noise_is_matched_exactly() -> None:
    private = random_codes(60, 99)
    measurements = [Measurement(q, q.answers(private), 0.0) for q in queries(("cells",))]
    found = landscape(schema_of(), measurements, 60, 60)
    table = _evolved(found, EvolutionConfig(sweeps=20, sweeps_per_epoch=20), random_codes(60, 1))
    assert energy(measurements, table.codes, 60) == 0
    assert broken(table.codes) == 0


def test_under_noise_evolution_comes_as_near_as_the_private_table_itself() -> None:
    found, measurements = problem(60, 60)
    before, private = random_codes(60, 1), random_codes(60, 99)
    table = _evolved(found, EvolutionConfig(sweeps=10, sweeps_per_epoch=10), before)
    energies = [energy(measurements, codes, 60) for codes in (table.codes, private, before)]
    assert energies[0] < energies[1] < energies[2] / 2
    assert broken(table.codes) == 0
    assert table.sweeps == 10


def test_equal_keys_make_equal_tables_and_others_do_not() -> None:
    found, _ = problem(60)
    evolution, table = ExactMoves(found, EvolutionConfig()), Table(random_codes(60, 1))
    first, metrics = evolution.evolve(table, 7)
    again, _ = evolution.evolve(table, 7)
    other, _ = evolution.evolve(table, 8)
    assert first == again != other
    assert metrics == {"inverse_temperature": pytest.approx(0.3)}
    assert table == Table(random_codes(60, 1))


def test_two_epochs_make_the_moves_of_one_that_is_twice_as_long() -> None:
    found, _ = problem(60)
    codes = random_codes(60, 1)
    apart = _evolved(found, EvolutionConfig(sweeps=2, sweeps_per_epoch=1), codes)
    together = _evolved(found, EvolutionConfig(sweeps=2, sweeps_per_epoch=2), codes)
    assert apart.sweeps == together.sweeps == 2
    np.testing.assert_array_equal(found.letters(apart.codes), found.letters(together.codes))


def test_ids_are_only_permuted_even_when_queries_ask_about_them() -> None:
    schema = schema_of()
    tables = CellTable((ID, FLAG), (np.arange(300, dtype=np.int32) // 50, identity(2)))
    codes, private = random_codes(80, 1), random_codes(80, 99)
    asked = query("ids", tables, CellTable((FLAG,), (identity(2),)))
    found = landscape(schema, [Measurement(asked, asked.answers(private), 1.0)], 80, 80)
    table = _evolved(found, EvolutionConfig(sweeps=4, sweeps_per_epoch=4), codes)
    assert sorted(table.codes[:, ID].tolist()) == sorted(codes[:, ID].tolist())
    assert (table.codes[:, ID] != codes[:, ID]).any()


def test_ids_that_nothing_asks_about_stay_where_they_are() -> None:
    found, _ = problem(60)
    codes = random_codes(60, 1)
    table = _evolved(found, EvolutionConfig(sweeps=2), codes)
    np.testing.assert_array_equal(table.codes[:, ID], codes[:, ID])


def test_the_temperature_falls_geometrically_and_then_stays() -> None:
    config = EvolutionConfig(sweeps=5, first_inverse_temperature=0.5, last_inverse_temperature=8.0)
    found = [inverse_temperature(config, sweep) for sweep in range(8)]
    np.testing.assert_allclose(found, [0.5, 1, 2, 4, 8, 8, 8, 8])
    assert inverse_temperature(EvolutionConfig(sweeps=1), 0) == pytest.approx(300)


def test_a_larger_table_is_annealed_at_a_lower_temperature() -> None:
    found, _ = problem(60, private_rows=30)
    _, metrics = ExactMoves(found, EvolutionConfig()).evolve(Table(random_codes(60, 1)), 0)
    assert metrics["inverse_temperature"] == pytest.approx(2 * 0.3)
