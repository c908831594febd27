from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.queries.form import HalfSpaceQueries
from evaluators.synthetic_data.cell_moves import CellContext, DenseContext, Residuals, draw_cells
from evaluators.synthetic_data.landscape import Landscape
from evaluators.synthetic_data.measurement import Measurement
from tests.evaluators.synthetic_data.problems import (
    FLAG,
    KIND,
    KINDS,
    SCORE,
    SIZE,
    energy,
    problem,
    random_codes,
)

pytestmark = pytest.mark.usefixtures("doubles")

PADDED = 24
"""Letters of every alphabet in these tests, more than any has."""

DRAW = jax.jit(draw_cells)


def _cell_context(found: Landscape, codes: np.ndarray, column: int) -> CellContext:
    tables = found.cells.tables_with(column)
    first = np.zeros((len(codes), len(tables) + 2), np.int32)
    steps, weights = np.zeros((len(tables) + 2, PADDED), np.int32), np.zeros(len(tables) + 2, np.float32)
    letters = found.alphabets[column]
    for i, table in enumerate(tables):
        form, cells = found.forms[table], []
        for code in letters.representatives:
            rows = codes.copy()
            rows[:, column] = code
            cells.append(form.index(rows) + found.cells.offsets[table])  # type: ignore[union-attr]
        first[:, i] = cells[0]
        steps[i, : letters.size] = [cell[0] - cells[0][0] for cell in cells]
        weights[i] = found.cells.weights[table]
    return CellContext(jnp.asarray(first), jnp.asarray(steps), jnp.asarray(weights), jnp.int32(len(tables)))


def _dense_context(found: Landscape, codes: np.ndarray, column: int) -> DenseContext:
    forms = found.forms[found.cells.num_tables :]
    representatives = np.resize(found.alphabets[column].representatives, PADDED)
    sums, products, additions, factors = [], [], [], []
    for form in forms:
        shape = len(codes), form.size
        total, product = np.zeros(shape, np.int32), np.ones(shape, np.int32)
        own_sum, own_product = np.zeros((PADDED, form.size), np.int32), np.ones((PADDED, form.size), np.int32)
        weights = form.weights if isinstance(form, HalfSpaceQueries) else {}
        conditions = form.conditions if isinstance(form, HalfSpaceQueries) else form.factors  # type: ignore[union-attr]
        for c, lut in weights.items():
            if c == column:
                own_sum += lut[representatives]
            else:
                total += lut[codes[:, c]]
        for c, lut in conditions.items():
            if c == column:
                own_product *= lut[representatives]
            else:
                product *= lut[codes[:, c]]
        for listed, array in zip(
            (sums, products, additions, factors), (total, product, own_sum, own_product), strict=True
        ):
            listed.append(array)
    joined = (jnp.asarray(np.concatenate(arrays, axis=1)) for arrays in (sums, products, additions, factors))
    return DenseContext(*joined, jnp.asarray(found.dense.thresholds), jnp.asarray(found.dense.weights))


def _drawn(
    found: Landscape,
    codes: np.ndarray,
    column: int,
    uniforms: Sequence[float] | np.ndarray,
    beta: float,
    num_rows: int | None = None,
    allowed: np.ndarray | None = None,
) -> tuple[Residuals, np.ndarray]:
    letters = found.alphabets[column]
    prior = np.full(PADDED, -np.inf, np.float32)
    prior[: letters.size] = np.log(letters.multiplicities)
    residuals, drawn = DRAW(
        Residuals(*map(jnp.asarray, found.residuals(codes[:num_rows]))),
        jnp.asarray(letters.letter_of[codes[:, column]]),
        jnp.int32(len(codes) if num_rows is None else num_rows),
        jnp.asarray(np.asarray(uniforms, np.float32)),
        jnp.asarray(prior),
        None if allowed is None else jnp.asarray(allowed),
        jnp.float32(beta),
        _cell_context(found, codes, column) if len(found.cells.tables_with(column)) else None,
        _dense_context(found, codes, column) if found.dense.size and found.dense.touches(column) else None,
    )
    return residuals, np.asarray(drawn)


def _probabilities(
    found: Landscape, measurements: list[Measurement], codes: np.ndarray, row: int, column: int, beta: float
) -> np.ndarray:
    """Returns the Boltzmann probability of each letter, from the energies of whole tables."""
    letters, energies = found.alphabets[column], []
    for code in letters.representatives:
        table = codes.copy()
        table[row, column] = code
        energies.append(energy(measurements, table, 90))
    odds = letters.multiplicities * np.exp(-beta * (np.array(energies) - min(energies)))
    probabilities: np.ndarray = odds / odds.sum()
    return probabilities


@pytest.mark.parametrize("column", [KIND, SIZE, FLAG, SCORE])
@pytest.mark.parametrize("kinds", [("cells",), ("products",), ("half_spaces",), KINDS], ids="+".join)
def test_each_uniform_draws_the_letter_that_enumeration_of_whole_tables_says(
    kinds: tuple[str, ...], column: int
) -> None:
    found, measurements = problem(12, kinds=kinds)
    if found.alphabets[column].size == 1:
        pytest.skip("the queries do not ask about the column")
    codes, beta = random_codes(12, 1), 0.1
    uniforms = np.random.default_rng(2).random(12)
    residuals, drawn = _drawn(found, codes, column, uniforms, beta)
    after = codes.copy()
    for row in range(12):
        bounds = np.cumsum(_probabilities(found, measurements, after, row, column, beta))
        if np.abs(bounds - uniforms[row]).min() > 1e-4:  # nearer ones are a matter of rounding
            assert drawn[row] == np.searchsorted(bounds, uniforms[row], side="right")
        after[row, column] = found.alphabets[column].representatives[drawn[row]]
    for counts, expected in zip(residuals, found.residuals(after), strict=True):
        np.testing.assert_array_equal(counts, expected)
    assert (after != codes).any()


def test_letters_come_up_as_often_as_their_boltzmann_probability() -> None:
    found, measurements = problem(12)
    codes, beta, column = random_codes(12, 1), 0.05, SIZE
    strata = (np.arange(500, dtype=np.float32) + 0.5) / 500
    counts = np.zeros(PADDED)
    for uniform in strata:
        _, drawn = _drawn(found, codes, column, np.full(12, uniform), beta, num_rows=None)
        counts[drawn[0]] += 1
    expected = _probabilities(found, measurements, codes, 0, column, beta)
    assert expected.max() < 0.9
    np.testing.assert_allclose(counts[: len(expected)] / 500, expected, atol=2 / 500)


@pytest.mark.parametrize("uniform", [0.0, 0.25, 0.5, 1 - 2**-23])
@pytest.mark.parametrize("beta", [0.0, 1e-3, 1e6])
def test_what_is_forbidden_and_what_is_padding_is_never_drawn(uniform: float, beta: float) -> None:
    found, _ = problem(40)
    codes = random_codes(40, 1)
    allowed = np.zeros((40, PADDED), bool)
    size = found.alphabets[SIZE].size
    # padding is allowed here: that it has no codes must be enough
    allowed[:, size:] = True
    rng = np.random.default_rng(0)
    for row in allowed:
        row[rng.choice(size, 2, replace=False)] = True
    _, drawn = _drawn(found, codes, SIZE, np.full(40, uniform), beta, allowed=allowed)
    assert (drawn < size).all()
    assert allowed[np.arange(40), drawn].all()


def test_without_information_all_codes_are_as_likely() -> None:
    found, _ = problem(12, kinds=("cells",))
    codes = random_codes(12, 1)
    letters, counts = found.alphabets[SCORE], np.zeros(PADDED)
    for uniform in (np.arange(200) + 0.5) / 200:
        _, drawn = _drawn(found, codes, SCORE, np.full(12, uniform), 0.0)
        counts += np.bincount(drawn, minlength=PADDED)
    np.testing.assert_allclose(counts[: letters.size] / counts.sum(), letters.multiplicities / 20, atol=0.01)


def test_rows_that_are_padding_count_nowhere() -> None:
    found, _ = problem(7)
    codes = random_codes(16, 1)
    uniforms = np.random.default_rng(0).random(16)
    residuals, drawn = _drawn(found, codes, SIZE, uniforms, 0.1, num_rows=7)
    after = codes[:7].copy()
    after[:, SIZE] = found.alphabets[SIZE].representatives[drawn[:7]]
    for counts, expected in zip(residuals, found.residuals(after), strict=True):
        np.testing.assert_array_equal(counts, expected)
