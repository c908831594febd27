from itertools import pairwise

import numpy as np
import pytest

from evaluators.synthetic_data.landscape import landscape
from evaluators.synthetic_data.measurement import Measurement
from evaluators.synthetic_data.private_gsd import PrivateGsd
from evaluators.synthetic_data.settings import EvolutionConfig
from search_spaces.synthetic_data.table import Table
from tests.evaluators.synthetic_data.problems import (
    ID,
    KINDS,
    UNASKED,
    broken,
    counted,
    problem,
    random_codes,
    schema_of,
)

pytestmark = pytest.mark.usefixtures("doubles")


def _config(generations: int, candidates: int = 40, elites: int = 2, sweeps_per_epoch: int = 1) -> EvolutionConfig:
    return EvolutionConfig(
        preset="private_gsd",
        generations_per_sweep=generations,
        candidates=candidates,
        elites=elites,
        sweeps_per_epoch=sweeps_per_epoch,
    )


def _squares(measurements: list[Measurement], codes: np.ndarray, private_rows: int) -> float:
    """Returns the squared L2 distance from the goals: the published fitness, which knows no weights."""
    total = 0.0
    for measurement in measurements:
        goals = np.rint(64 * measurement.answers * len(codes) / private_rows) / 64
        total += float(((counted(measurement.query.forms, codes) - goals) ** 2).sum())
    return total


@pytest.mark.parametrize("kinds", [("cells",), ("half_spaces", "products"), KINDS], ids="+".join)
def test_a_generation_finds_the_best_of_all_tables_one_cell_away(kinds: tuple[str, ...]) -> None:
    found, measurements = problem(4, 12, kinds=kinds)
    codes, sizes = random_codes(4, 1), schema_of().sizes
    table, _ = PrivateGsd(found, _config(1, candidates=6000, elites=1)).evolve(Table(codes), 0)
    best = _squares(measurements, codes, 12)
    for row in range(4):
        for column in range(1, 6):
            for code in range(sizes[column]):
                other = codes.copy()
                other[row, column] = code
                if not broken(other):
                    best = min(best, _squares(measurements, other, 12))
    assert _squares(measurements, table.codes, 12) == pytest.approx(best)
    assert (table.codes != codes).sum() <= 1
    assert broken(table.codes) == 0


@pytest.mark.parametrize("elites", [1, 2, 5])
def test_fitness_never_worsens_and_constraints_hold(elites: int) -> None:
    found, measurements = problem(30)
    table = Table(random_codes(30, 1))
    evolution, before = PrivateGsd(found, _config(60, elites=elites)), table.codes
    fitness = [_squares(measurements, before, 90)]
    for key in range(4):
        table, _ = evolution.evolve(table, key)
        fitness.append(_squares(measurements, table.codes, 90))
        assert broken(table.codes) == 0
    assert all(later <= earlier for earlier, later in pairwise(fitness))
    assert fitness[-1] < fitness[0] / 3
    np.testing.assert_array_equal(table.codes[:, [ID, UNASKED]], before[:, [ID, UNASKED]])
    assert table.sweeps == 4


def test_crossovers_alone_copy_letters_that_stand_in_the_column() -> None:
    found, measurements = problem(30)
    # of one candidate none is a mutation
    codes = random_codes(30, 1)
    table, _ = PrivateGsd(found, _config(400, candidates=1)).evolve(Table(codes), 0)
    assert _squares(measurements, table.codes, 90) < _squares(measurements, codes, 90)
    for before, after in zip(found.letters(codes), found.letters(table.codes), strict=True):
        assert set(after.tolist()) <= set(before.tolist())


def test_equal_keys_make_equal_tables_and_others_do_not() -> None:
    found, _ = problem(30)
    evolution, table = PrivateGsd(found, _config(50)), Table(random_codes(30, 1))
    assert evolution.evolve(table, 3) == evolution.evolve(table, 3)
    assert evolution.evolve(table, 3)[0] != evolution.evolve(table, 4)[0]


def test_an_epoch_of_two_sweeps_makes_twice_the_generations() -> None:
    found, measurements = problem(30)
    table = Table(random_codes(30, 1))
    one, _ = PrivateGsd(found, _config(50)).evolve(table, 3)
    two, _ = PrivateGsd(found, _config(25, sweeps_per_epoch=2)).evolve(table, 3)
    assert two.sweeps == 2
    assert _squares(measurements, one.codes, 90) == _squares(measurements, two.codes, 90)


def test_the_stopping_rule_looks_back_as_many_generations_as_rows() -> None:
    found, _ = problem(30)
    evolution, table, seen = PrivateGsd(found, _config(40)), Table(random_codes(30, 1)), []
    for key in range(150):
        table, metrics = evolution.evolve(table, key)
        seen.append(metrics["converged"])
    assert seen[0] == 0
    assert seen[-1] == 1


def test_a_table_of_nothing_but_ids_stays() -> None:
    data = {"columns": {"id": {"kind": "integer", "lower": 1, "upper": 9, "unique": True}}}
    found = landscape(schema_of(data), [], 5, 5)
    table, metrics = PrivateGsd(found, _config(5)).evolve(Table(random_codes(5, 1, data)), 0)
    np.testing.assert_array_equal(table.codes, random_codes(5, 1, data))
    assert metrics["converged"] == 1
