import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.synthetic_data.cell_moves import Residuals
from evaluators.synthetic_data.row_answers import row_answers
from evaluators.synthetic_data.row_moves import CellUpdates, DenseUpdates, accept_moves, cell_updates
from tests.evaluators.synthetic_data.problems import KINDS, codes_of, energy, problem, random_codes

pytestmark = pytest.mark.usefixtures("doubles")

ACCEPT = jax.jit(accept_moves)


def _updates(
    kinds: tuple[str, ...], num_rows: int, seed: int
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], CellUpdates | None, DenseUpdates | None]:
    """Returns rows, letters before and letters proposed, in pairs of rows that often share cells."""
    found, _ = problem(num_rows, kinds=kinds)
    rng = np.random.default_rng(seed)
    before = found.letters(random_codes(num_rows, 1)).T
    rows = rng.permutation(num_rows).reshape(-1, 2)
    old = before[rows]
    new = found.letters(random_codes(num_rows, 2)).T[rows]
    swapped = rng.random(len(rows)) < 0.5
    new[swapped] = np.where(rng.random(new.shape[2]) < 0.5, old[swapped][:, ::-1], old[swapped])
    answers, cells, dense = row_answers(found), None, None
    if answers.cells is not None:
        lookup = answers.cells
        cells = cell_updates(lookup.cells(jnp.asarray(old)), lookup.cells(jnp.asarray(new)), lookup.weights)
    if answers.dense is not None:
        more, less = (answers.dense.contributions(jnp.asarray(letters)) for letters in (new, old))
        dense = DenseUpdates(jnp.sum(more - less, axis=1, dtype=jnp.int32), answers.dense.weights)
    return (rows, before, new), cells, dense


@pytest.mark.parametrize("kinds", [("cells",), ("products",), KINDS], ids="+".join)
@pytest.mark.parametrize("beta", [0.02, 5.0])
def test_each_proposal_is_taken_as_the_energies_of_whole_tables_say(kinds: tuple[str, ...], beta: float) -> None:
    found, measurements = problem(60, kinds=kinds)
    (rows, letters, new), cells, dense = _updates(kinds, 60, 0)
    rng = np.random.default_rng(1)
    uniforms, gains = rng.random(30).astype(np.float32), rng.normal(size=30).astype(np.float32)
    gains[rng.random(30) < 0.2] = -np.inf
    start = Residuals(*map(jnp.asarray, found.residuals(codes_of(found, letters.T))))
    residuals, taken = ACCEPT(start, cells, dense, jnp.asarray(gains), jnp.asarray(uniforms), jnp.float32(beta))
    energies = [energy(measurements, codes_of(found, letters.T), 90)]
    for move in range(30):
        proposed = letters.copy()
        proposed[rows[move]] = new[move]
        after = energy(measurements, codes_of(found, proposed.T), 90)
        exponent = gains[move] - beta * (after - energies[-1])
        if abs(exponent - np.log(uniforms[move])) > 1e-3:  # nearer ones are a matter of rounding
            assert bool(taken[move]) == (np.log(uniforms[move]) < exponent)
        if taken[move]:
            letters = proposed
            energies.append(after)
    for counts, expected in zip(residuals, found.residuals(codes_of(found, letters.T)), strict=True):
        np.testing.assert_array_equal(counts, expected)
    assert 0 < np.sum(taken) < 30


def test_the_square_of_a_proposal_counts_shared_cells_together() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.integers(0, 3, (2, 200, 2, 4)).astype(np.int32)
    weights = np.array([1.0, 0.5, 2.0, 0.0], np.float32)
    updates = cell_updates(jnp.asarray(before), jnp.asarray(after), jnp.asarray(weights))
    for move in range(200):
        total = 0.0
        for table in range(4):
            counts = np.bincount(after[move, :, table], minlength=3) - np.bincount(before[move, :, table], minlength=3)
            total += float(weights[table]) * float((counts**2).sum())
        assert updates.squares[move] == pytest.approx(total)


@pytest.mark.parametrize("beta", [0.0, 1.0])
@pytest.mark.parametrize("uniform", [0.0, 0.5])
def test_what_is_forbidden_is_never_taken(beta: float, uniform: float) -> None:
    found, _ = problem(60)
    (_, letters, _), cells, dense = _updates(KINDS, 60, 0)
    start = Residuals(*map(jnp.asarray, found.residuals(codes_of(found, letters.T))))
    forbidden, uniforms = jnp.full(30, -jnp.inf, jnp.float32), jnp.full(30, uniform, jnp.float32)
    residuals, taken = ACCEPT(start, cells, dense, forbidden, uniforms, jnp.float32(beta))
    assert not np.any(taken)
    for counts, expected in zip(residuals, start, strict=True):
        np.testing.assert_array_equal(counts, expected)


def test_a_proposal_that_changes_nothing_is_always_taken() -> None:
    found, _ = problem(60)
    letters = found.letters(random_codes(60, 1)).T
    lookup = row_answers(found).cells
    assert lookup is not None
    old = lookup.cells(jnp.asarray(letters.reshape(30, 2, -1)))
    start = Residuals(*map(jnp.asarray, found.residuals(codes_of(found, letters.T))))
    uniforms = jnp.full(30, 1 - 2**-23, jnp.float32)
    updates = cell_updates(old, old, lookup.weights)
    _, taken = ACCEPT(start, updates, None, jnp.zeros(30, jnp.float32), uniforms, jnp.float32(1e6))
    assert np.all(taken)
