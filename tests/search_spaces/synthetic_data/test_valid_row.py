import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_spaces.synthetic_data import valid_row as search
from search_spaces.synthetic_data.condition import Mask
from search_spaces.synthetic_data.valid_row import possible_codes, valid_row

SIZES = (3, 2, 4, 3)
PAIRS = list(itertools.combinations(range(len(SIZES)), 2))


def holds(row: tuple[int, ...], pairs: dict[tuple[int, int], Mask]) -> bool:
    return all(allowed[row[i], row[j]] for (i, j), allowed in pairs.items())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 1), st.sets(st.sampled_from(PAIRS), min_size=1))
def test_a_row_is_found_just_when_one_exists(seed: int, density: float, chosen: set[tuple[int, int]]) -> None:
    generator = np.random.default_rng(seed)
    pairs = {(i, j): generator.random((SIZES[i], SIZES[j])) < density for i, j in sorted(chosen)}
    valid = [row for row in itertools.product(*map(range, SIZES)) if holds(row, pairs)]
    if not valid:
        with pytest.raises(ValueError, match="allow no row at all"):
            valid_row(possible_codes(pairs), pairs)
        return
    domains = possible_codes(pairs)
    found = valid_row(domains, pairs)
    assert found.keys() == domains.keys() == {column for pair in pairs for column in pair}
    assert holds(tuple(found.get(column, 0) for column in range(len(SIZES))), pairs)
    for column, domain in domains.items():
        assert {row[column] for row in valid} <= set(np.flatnonzero(domain))


def test_without_constraints_there_is_nothing_to_find() -> None:
    assert possible_codes({}) == {}
    assert valid_row({}, {}) == {}


def test_a_long_chain_of_orders_is_solved_at_once() -> None:
    order = np.tri(300, dtype=bool).T
    strict = order & ~np.eye(300, dtype=bool)
    pairs = {(i, i + 1): strict for i in range(12)}
    row = valid_row(possible_codes(pairs), pairs)
    assert all(row[i] < row[i + 1] for i in range(12))


def test_the_search_gives_up_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    # four pigeons in three holes are consistent pair by pair
    pairs = {pair: ~np.eye(3, dtype=bool) for pair in itertools.combinations(range(4), 2)}
    with pytest.raises(ValueError, match="allow no row at all"):
        valid_row(possible_codes(pairs), pairs)
    monkeypatch.setattr(search, "MAX_TRIALS", 2)
    with pytest.raises(ValueError, match="no row that obeys the constraints was found in 2 trials"):
        valid_row(possible_codes(pairs), pairs)
