import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import chisquare

from evaluators.queries.form import CellTable
from evaluators.synthetic_data.landscape import Landscape, landscape
from evaluators.synthetic_data.measurement import Measurement
from evaluators.synthetic_data.row_answers import row_answers
from evaluators.synthetic_data.targets import Targets, targets
from tests.evaluators.synthetic_data.problems import (
    FLAG,
    ID,
    KIND,
    SIZE,
    identity,
    problem,
    query,
    random_codes,
    schema_of,
)

pytestmark = pytest.mark.usefixtures("doubles")


def _aims(found: Landscape) -> Targets:
    aims = targets(found)
    assert aims is not None
    return aims


def test_a_row_put_into_a_cell_is_in_it_and_keeps_its_other_letters() -> None:
    found, _ = problem(40)
    aims, lookup = _aims(found), row_answers(found).cells
    assert lookup is not None
    cells = np.flatnonzero(np.asarray(aims.weights))
    old = np.resize(found.letters(random_codes(40, 1)).T, (len(cells), 6)).astype(np.int32)
    new = np.asarray(aims.entered(jnp.asarray(old), jnp.asarray(cells.astype(np.int32)), jax.random.key(0)))
    np.testing.assert_array_equal(
        np.asarray(lookup.cells(jnp.asarray(new)))[np.arange(len(cells)), found.cells.table_of[cells]], cells
    )
    for row, table in enumerate(found.cells.table_of[cells]):
        form = found.forms[table]
        others = [c for c in range(6) if c not in form.columns]
        assert (new[row, others] == old[row, others]).all()


def test_only_cells_of_several_columns_are_aimed_at() -> None:
    found, _ = problem(40)
    aimed = np.asarray(_aims(found).weights) > 0
    singles = [m for m, form in enumerate(found.forms) if isinstance(form, CellTable) and len(form.columns) == 1]
    assert singles
    np.testing.assert_array_equal(aimed, ~np.isin(found.cells.table_of, singles))


def test_cells_of_ids_are_not_aimed_at() -> None:
    pairs = CellTable((ID, FLAG), (np.arange(300, dtype=np.int32) // 100, identity(2)))
    kept = CellTable((KIND, FLAG), (identity(4), identity(2)))
    for forms, expected in (((pairs,), None), ((pairs, kept), [0] * 6 + [1] * 8)):
        asked = query("ids", *forms)
        measurement = Measurement(asked, np.ones(asked.size, np.int64), 1.0)
        aims = targets(landscape(schema_of(), [measurement], 20, 20))
        assert (aims is None) == (expected is None)
        if aims is not None:
            assert (np.asarray(aims.weights) > 0).astype(int).tolist() == expected


def test_the_letters_of_a_group_are_as_likely() -> None:
    found, _ = problem(40)
    aims = _aims(found)
    table = next(m for m, form in enumerate(found.forms) if form.columns == (SIZE, KIND, FLAG))
    cells = np.full(6000, found.cells.offsets[table], np.int32)
    old = np.zeros((6000, 6), np.int32)
    new = np.asarray(aims.entered(jnp.asarray(old), jnp.asarray(cells), jax.random.key(0)))
    # the first group of five is of the sizes 0 and 1, which another query or a constraint tells apart
    assert chisquare(np.bincount(new[:, SIZE])).pvalue > 1e-3
    assert len(np.bincount(new[:, SIZE])) == 2


def test_deficits_are_missing_rows_over_twice_the_variance() -> None:
    found, _ = problem(40, private_rows=40, sigma=2.0)
    residuals = np.zeros(len(found.cells.goals), np.int32)
    residuals[:3] = -64, -128, 64
    deficits = np.asarray(_aims(found).deficits(jnp.asarray(residuals)))
    np.testing.assert_allclose(deficits[:3], [1 / 8, 2 / 8, 0])
    assert not deficits[3:].any()


def test_without_cell_tables_there_is_nothing_to_aim_at() -> None:
    assert targets(problem(20, kinds=("products",))[0]) is None
