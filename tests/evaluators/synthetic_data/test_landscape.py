import numpy as np
import pytest

from evaluators.queries.form import CellTable
from evaluators.synthetic_data.landscape import landscape
from evaluators.synthetic_data.measurement import Measurement
from tests.evaluators.synthetic_data.problems import (
    FLAG,
    ID,
    KIND,
    KINDS,
    SCORE,
    SIZE,
    UNASKED,
    codes_of,
    counted,
    energy,
    identity,
    measured,
    problem,
    query,
    random_codes,
    schema_of,
)


@pytest.mark.parametrize(("num_rows", "private_rows"), [(40, 40), (40, 90), (70, 30)])
def test_residuals_and_loss_are_those_of_a_count_in_plain_python(num_rows: int, private_rows: int) -> None:
    found, measurements = problem(num_rows, private_rows)
    codes = random_codes(num_rows, 1)
    cells, dense = found.residuals(codes)
    answers = np.concatenate([m.answers for m in measurements])
    counts = np.concatenate([counted(m.query.forms, codes) for m in measurements])
    expected = 64 * counts - np.rint(64 * answers * num_rows / private_rows).astype(int)
    assert cells.tolist() + dense.tolist() == expected.tolist()
    loss = 2 * energy(measurements, codes, private_rows) / len(answers)
    assert found.num_answers == len(answers)
    assert found.normalized_loss(cells, dense) == pytest.approx(loss, rel=1e-6)


def test_noise_weighs_by_its_variance_but_not_below_rounding() -> None:
    asked = query("counts", CellTable((FLAG,), (identity(2),)))
    for sigma, expected in ((3.0, 3.0), (0.0, 12**-0.5)):
        found = landscape(schema_of(), [Measurement(asked, np.array([4, 5], np.int64), sigma)], 18, 9)
        scaled = 2 * expected if sigma else expected
        assert found.cells.weights[0] == pytest.approx(0.5 / scaled**2)
    assert found.scale == 2


def test_letters_stand_for_all_that_queries_and_constraints_see() -> None:
    found, measurements = problem(60)
    codes = random_codes(60, 2)
    same = codes_of(found, found.letters(codes))
    for measurement in measurements:
        forms = measurement.query.forms
        np.testing.assert_array_equal(counted(forms, same), counted(forms, codes))
    assert [found.alphabets[c].size for c in (ID, UNASKED)] == [1, 1]
    for (i, j), allowed in schema_of().allowed_pairs().items():
        letters = found.alphabets[i].letter_of, found.alphabets[j].letter_of
        np.testing.assert_array_equal(found.allowed[i, j][np.ix_(*letters)], allowed)
    assert set(found.allowed) == {(KIND, FLAG), (SIZE, SCORE)}


def test_columns_of_ids_are_fixed() -> None:
    assert problem(30)[0].fixed == {ID}


def test_codes_are_redrawn_where_their_letter_changed_and_ids_only_change_place() -> None:
    found, _ = problem(50, kinds=("cells",))
    codes, rng = random_codes(50, 3), np.random.default_rng(0)
    wanted = found.letters(random_codes(50, 4))
    after = found.redrawn(codes, wanted, rng)
    np.testing.assert_array_equal(found.letters(after), wanted)
    kept = (found.letters(codes) == wanted).T
    assert (after[kept] == codes[kept]).all()
    np.testing.assert_array_equal(after[:, ID], codes[:, ID])


def test_an_answer_too_large_to_count_is_refused_with_a_cure() -> None:
    asked = query("counts", CellTable((FLAG,), (identity(2),)))
    measurement = Measurement(asked, np.array([10**8, 5], np.int64), 1.0)
    with pytest.raises(ValueError, match=r"1e\+08 rows is too large to be counted exactly; synthesize fewer than"):
        landscape(schema_of(), [measurement], 100, 100)


def test_without_measurements_every_table_is_as_good() -> None:
    found = landscape(schema_of(), [], 10, 10)
    cells, dense = found.residuals(random_codes(10, 0))
    assert found.num_answers == len(cells) == len(dense) == 0
    assert found.normalized_loss(cells, dense) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_private_table_itself_has_a_loss_of_about_one(kind: str) -> None:
    private, losses = random_codes(90, 99), []
    for seed in range(20):
        found = landscape(schema_of(), measured(private, 3.0, (kind,), seed), 90, 90)
        losses.append(found.normalized_loss(*found.residuals(private)))
    assert 0.8 < np.mean(losses) < 1.25
