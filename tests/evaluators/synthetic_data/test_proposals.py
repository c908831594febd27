import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import binomtest

from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.landscape import Landscape
from evaluators.synthetic_data.proposals import (
    Proposals,
    letters_of,
    multi_cell_moves,
    row_replacements,
    swaps,
)
from evaluators.synthetic_data.row_answers import row_answers
from evaluators.synthetic_data.targets import targets
from tests.evaluators.synthetic_data.problems import FLAG, ID, KIND, SCORE, SIZE, problem, random_codes

pytestmark = pytest.mark.usefixtures("doubles")

MULTI, REPLACE = jax.jit(multi_cell_moves), jax.jit(row_replacements)
MOVABLE = jnp.array([KIND, SIZE, FLAG, SCORE], jnp.int32)


def _state(num_rows: int = 120) -> tuple[Landscape, jax.Array, Residuals, jax.Array]:
    """Returns a landscape, letters, residuals and a pool of rows, four to a line."""
    found, _ = problem(num_rows)
    codes = random_codes(num_rows, 1)
    pool = jnp.asarray(np.random.default_rng(0).permutation(num_rows).reshape(-1, 4).astype(np.int32))
    return found, jnp.asarray(found.letters(codes)), Residuals(*map(jnp.asarray, found.residuals(codes))), pool


def test_letters_of_rows_of_any_shape() -> None:
    letters = jnp.arange(12, dtype=jnp.int32).reshape(3, 4)
    assert letters_of(letters, jnp.array([[3, 0], [1, 1]])).tolist() == [
        [[3, 7, 11], [0, 4, 8]],
        [[1, 5, 9], [1, 5, 9]],
    ]


def test_a_swap_exchanges_one_column_and_nothing_else() -> None:
    _, letters, _, _ = _state()
    first, second = jnp.arange(60, dtype=jnp.int32), jnp.arange(60, 120, dtype=jnp.int32)
    found = swaps(letters, jnp.int32(SIZE), first, second)
    old = np.asarray(letters).T
    expected = np.stack([old[:60], old[60:]], axis=1)
    expected[:, :, SIZE] = expected[:, ::-1, SIZE]
    np.testing.assert_array_equal(found.letters, expected)
    np.testing.assert_array_equal(found.rows, np.stack([first, second], axis=1))


@pytest.mark.parametrize("column", [None, SIZE])
def test_only_what_was_taken_is_written(column: int | None) -> None:
    _, letters, _, _ = _state()
    rows = jnp.arange(120, dtype=jnp.int32).reshape(60, 2)
    new = letters_of(letters, rows).at[:, :, SIZE].add(1)
    taken = np.random.default_rng(0).random(60) < 0.5
    proposals = Proposals(rows, new, None if column is None else jnp.int32(column))
    after = np.asarray(proposals.written(letters, jnp.asarray(taken)))
    expected = np.asarray(letters).copy()
    expected[SIZE, np.repeat(taken, 2)] += 1
    np.testing.assert_array_equal(after, expected)


def test_a_multi_cell_move_fills_cells_by_how_much_they_are_missed() -> None:
    found, letters, residuals, pool = _state()
    aims, answers = targets(found), row_answers(found)
    assert aims is not None
    assert answers.cells is not None
    first = found.cells.offsets[[form.columns for form in found.forms].index((SCORE, SIZE))]
    cells = np.zeros(len(residuals.cells), np.int32)
    cells[[first + 4, first + 11]] = -64, -3 * 64
    counts = np.zeros(2)
    for seed in range(40):
        moves = MULTI(letters, residuals._replace(cells=jnp.asarray(cells)), answers, aims, pool, jax.random.key(seed))
        assert all(row in line for row, line in zip(moves.rows[:, 0].tolist(), pool.tolist(), strict=True))
        old, new = np.asarray(letters).T[np.asarray(moves.rows[:, 0])], np.asarray(moves.letters[:, 0])
        for column in (ID, KIND, FLAG):
            assert (new[:, column] == old[:, column]).all()
        entered = np.asarray(answers.cells.cells(moves.letters[:, 0]))
        counts += (entered == first + 4).any(axis=1).sum(), (entered == first + 11).any(axis=1).sum()
    assert counts.sum() == 40 * 30
    assert binomtest(int(counts[1]), 40 * 30, 3 / 4).pvalue > 1e-3


def test_rows_that_are_too_many_are_replaced_by_rows_that_are_missed() -> None:
    found, letters, residuals, pool = _state()
    answers = row_answers(found)
    pulls = np.asarray(answers.pulls(letters.T, residuals))
    heavier = lighter = 0
    for seed in range(30):
        moves = REPLACE(letters, residuals, answers, MOVABLE, pool, jax.random.key(seed))
        rows, new = np.asarray(moves.rows[:, 0]), np.asarray(moves.letters[:, 0])
        assert len(set(rows.tolist())) == 30
        for row, line, letters_after in zip(rows, np.asarray(pool), new, strict=True):
            assert row in line
            assert pulls[row] > 0 or pulls[line].max() <= 0
            heavier += pulls[row] >= np.median(pulls[line])
            old = np.asarray(letters)[:, row]
            untouched = [c for c in range(6) if c not in MOVABLE.tolist()]
            assert (letters_after[untouched] == old[untouched]).all()
            # a copy of a row that is missed but for one letter
            apart = (np.asarray(letters)[np.asarray(MOVABLE)] != letters_after[np.asarray(MOVABLE)][:, None]).sum(
                axis=0
            )
            lighter += pulls[apart <= 1].min(initial=0) < 0
    assert heavier > 0.8 * 900
    assert lighter == 900


def test_equal_keys_make_equal_proposals() -> None:
    found, letters, residuals, pool = _state()
    for key, other in ((0, 1),):
        first, again, another = (
            REPLACE(letters, residuals, row_answers(found), MOVABLE, pool, jax.random.key(k)) for k in (key, key, other)
        )
        np.testing.assert_array_equal(first.letters, again.letters)
        assert (np.asarray(first.letters) != np.asarray(another.letters)).any()


def test_without_any_error_proposals_are_still_rows_and_letters() -> None:
    found, letters, residuals, pool = _state()
    aims, calm = targets(found), Residuals(jnp.zeros_like(residuals.cells), jnp.zeros_like(residuals.dense))
    assert aims is not None
    sizes = np.array([a.size for a in found.alphabets])
    for moves in (
        MULTI(letters, calm, row_answers(found), aims, pool, jax.random.key(0)),
        REPLACE(letters, calm, row_answers(found), MOVABLE, pool, jax.random.key(0)),
    ):
        assert len(set(moves.rows[:, 0].tolist())) == 30
        assert ((np.asarray(moves.letters) >= 0) & (np.asarray(moves.letters) < sizes)).all()
