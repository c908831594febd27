import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.row_answers import row_answers, tables_by_column
from tests.evaluators.synthetic_data.problems import (
    FLAG,
    KIND,
    KINDS,
    SIZE,
    UNASKED,
    contributions,
    energy,
    problem,
    random_codes,
)

pytestmark = pytest.mark.usefixtures("doubles")


def test_rows_are_looked_up_as_plain_python_counts_them() -> None:
    found, _ = problem(40)
    codes = random_codes(40, 1)
    letters = jnp.asarray(found.letters(codes).T)
    answers = row_answers(found)
    assert answers.cells is not None
    assert answers.dense is not None
    cells, values = np.asarray(answers.cells.cells(letters)), np.asarray(answers.dense.contributions(letters))
    for row, in_cells, contributed in zip(codes.tolist(), cells, values, strict=True):
        expected = [value for form in found.forms for value in contributions(form, row)]
        counted = np.zeros(len(found.cells.goals), int)
        counted[in_cells] += 1
        assert [*counted.tolist(), *contributed.tolist()] == expected


def test_rows_of_any_shape_are_looked_up() -> None:
    found, _ = problem(40)
    letters = jnp.asarray(found.letters(random_codes(40, 1)).T)
    answers = row_answers(found)
    assert answers.cells is not None
    folded = answers.cells.cells(letters.reshape(5, 8, -1))
    np.testing.assert_array_equal(folded.reshape(40, -1), answers.cells.cells(letters))


@pytest.mark.parametrize("kinds", [("cells",), ("half_spaces",), KINDS], ids="+".join)
def test_the_pull_of_a_row_is_the_slope_of_the_energy(kinds: tuple[str, ...]) -> None:
    found, measurements = problem(40, kinds=kinds)
    codes = random_codes(40, 1)
    residuals = Residuals(*map(jnp.asarray, found.residuals(codes)))
    pulls = np.asarray(row_answers(found).pulls(jnp.asarray(found.letters(codes).T), residuals))
    # a landscape counts rows and so does this energy, whose private rows follow the table's: goals stay
    base = energy(measurements, codes, 90)
    for row in range(6):
        more = energy(measurements, np.concatenate([codes, codes[row : row + 1]]), 90 * 41 / 40)
        fewer = energy(measurements, np.delete(codes, row, axis=0), 90 * 39 / 40)
        assert pulls[row] == pytest.approx((more - fewer) / 2, rel=1e-4, abs=1e-4)
        assert more + fewer >= 2 * base


def test_each_column_has_the_tables_that_it_matters_to() -> None:
    found, _ = problem(40)
    letters = jnp.asarray(found.letters(random_codes(40, 1)).T)
    everything, columns = row_answers(found).cells, [KIND, SIZE, FLAG, UNASKED]
    lookup = tables_by_column(found, columns)
    assert everything is not None
    assert lookup is not None
    whole = np.asarray(everything.cells(letters))
    for i, column in enumerate(columns):
        tables = found.cells.tables_with(column)
        mine = lookup.of(jnp.int32(i))
        cells = np.asarray(mine.cells(letters))
        np.testing.assert_array_equal(cells[:, : len(tables)], whole[:, tables])
        assert not np.asarray(mine.weights)[len(tables) :].any()
        assert not cells[:, len(tables) :].any()


def test_what_is_not_asked_is_none() -> None:
    cells, dense = problem(20, kinds=("cells",))[0], problem(20, kinds=("products",))[0]
    assert row_answers(cells).dense is None
    assert row_answers(dense).cells is None
    assert tables_by_column(dense, [KIND, SIZE]) is None
