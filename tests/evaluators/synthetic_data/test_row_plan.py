import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.synthetic_data.row_plan import MAX_DIRECTED, MAX_SWAPS, POOL, batches, row_plan
from evaluators.synthetic_data.settings import EvolutionConfig
from tests.evaluators.synthetic_data.problems import (
    FLAG,
    ID,
    KIND,
    SCORE,
    SIZE,
    broken,
    codes_of,
    problem,
    random_codes,
)

pytestmark = pytest.mark.usefixtures("doubles")

ALL = EvolutionConfig(swaps=3.0, multi_cell_moves=0.5, row_replacements=0.25)


def test_columns_that_nothing_sees_are_not_moved() -> None:
    plan = row_plan(problem(40)[0], ALL)
    assert plan.swapped.tolist() == plan.movable.tolist() == [KIND, SIZE, FLAG, SCORE]


def test_gains_count_the_codes_of_the_letters_and_bar_what_is_forbidden() -> None:
    found, _ = problem(200, kinds=("cells",))
    plan, rng = row_plan(found, ALL), np.random.default_rng(0)
    old = found.letters(random_codes(200, 1)).T.reshape(100, 2, 6)
    new = np.stack([rng.integers(0, a.size, (100, 2)) for a in found.alphabets], axis=2)
    gains = np.asarray(plan.gains(jnp.asarray(old), jnp.asarray(new)))
    assert found.alphabets[SCORE].multiplicities.max() > 1
    for gain, before, after in zip(gains, old, new, strict=True):
        counts = [
            [a.multiplicities[row[c]] for row in rows for c, a in enumerate(found.alphabets)]
            for rows in (after, before)
        ]
        expected = float(np.log(np.array(counts[0]) / np.array(counts[1])).sum())
        obeys = broken(codes_of(found, after.T)) == 0
        assert gain == pytest.approx(expected, abs=1e-5) if obeys else gain == -np.inf
    assert np.isinf(gains).any()
    assert np.isfinite(gains).any()


@pytest.mark.parametrize("num_rows", [2, 3, 5, 40, 3000, 60_000])
def test_batches_try_at_least_what_is_wanted_and_hardly_more(num_rows: int) -> None:
    found, _ = problem(num_rows)
    counts = batches(found, ALL, row_plan(found, ALL))
    swaps = counts.swaps * counts.swap_size
    assert 3 * num_rows <= swaps <= 3 * num_rows + counts.swaps + 4 * counts.swap_size
    assert counts.swaps % 4 == 0
    assert counts.swap_size <= min(MAX_SWAPS, num_rows // 2)
    for wanted, found_batches in ((0.5, counts.multi_cell_moves), (0.25, counts.row_replacements)):
        tried = found_batches * counts.directed_size
        assert round(wanted * num_rows) <= tried < round(wanted * num_rows) + counts.directed_size
    assert counts.directed_size <= MAX_DIRECTED
    assert POOL * counts.directed_size <= max(num_rows, POOL)


def test_what_is_not_wanted_or_can_not_be_is_not_tried() -> None:
    none = EvolutionConfig(swaps=0, multi_cell_moves=0, row_replacements=0)
    found, _ = problem(40)
    counts = batches(found, none, row_plan(found, none))
    assert (counts.swaps, counts.multi_cell_moves, counts.row_replacements) == (0, 0, 0)
    alone, _ = problem(1)
    assert batches(alone, ALL, row_plan(alone, ALL)).swaps == 0
    products, _ = problem(40, kinds=("products",))
    assert batches(products, ALL, row_plan(products, ALL)).multi_cell_moves == 0
    assert ID not in row_plan(products, ALL).movable.tolist()
