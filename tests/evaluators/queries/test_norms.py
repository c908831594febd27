from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from evaluators.queries import norms
from evaluators.queries.form import ProductQueries
from evaluators.queries.norms import product_norms, root_above


def _random_form(seed: int) -> tuple[ProductQueries, np.ndarray]:
    """Returns a form and the contributions of every row."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 5, 3)
    form = ProductQueries({c: rng.integers(0, 4, (size, 6)).astype(np.int32) for c, size in enumerate(sizes)})
    return form, form.contributions(np.array(list(product(*map(range, sizes))), np.int32))


def _reached(vectors: np.ndarray) -> tuple[int, int]:
    apart = max(int(((vectors - row) ** 2).sum(axis=1).max()) for row in vectors)
    return int((vectors**2).sum(axis=1).max()), apart


@pytest.mark.parametrize("seed", range(20))
def test_norms_are_exact_where_contributions_can_be_listed(seed: int) -> None:
    form, vectors = _random_form(seed)
    alone, apart = _reached(vectors)
    found = product_norms(form)
    assert found == {"add_remove": root_above(alone), "replace": root_above(apart)}


@pytest.mark.parametrize("most", [1, 3, 6])
@pytest.mark.parametrize("seed", range(20))
def test_norms_are_bounds_where_they_cannot(seed: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(norms, "MAX_PATTERNS", most)
    form, vectors = _random_form(seed)
    alone, apart = _reached(vectors)
    found = product_norms(form)
    assert Fraction(found["add_remove"]) ** 2 >= alone
    assert Fraction(found["replace"]) ** 2 >= apart
    assert found["replace"] <= 2**0.5 * found["add_remove"] * (1 + 1e-15)


def test_many_queries_of_many_columns_are_bounded_quickly() -> None:
    rng = np.random.default_rng(0)
    form = ProductQueries({c: rng.integers(0, 2, (50, 500)).astype(np.int32) for c in range(10)})
    found = product_norms(form)
    reached = _reached(form.contributions(rng.integers(0, 50, (200, 10)).astype(np.int32)))
    assert reached[0] ** 0.5 <= found["add_remove"] <= 500**0.5
    assert reached[1] ** 0.5 <= found["replace"] <= 500**0.5


@pytest.mark.parametrize("square", [0, 1, 2, 3, 5, 10**6 + 1, 2**60 + 1, 10**30])
def test_roots_are_rounded_up(square: int) -> None:
    root = root_above(square)
    assert Fraction(root) ** 2 >= square
    assert root == 0 or Fraction(np.nextafter(root, 0)) ** 2 < square
