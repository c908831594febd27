import itertools

import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from runs.synthesis.export.tree_model import mutual_information, tree_model
from search_spaces.synthetic_data.schema import schema_from_data


def schema(constraints: bool = False) -> object:
    columns = {name: {"kind": "categorical", "categories": ["0", "1", "2", "3"]} for name in "abcd"}
    rules = [{"kind": "forbidden", "where": {"a": ["0"], "d": ["3"]}}] if constraints else []
    return schema_from_data({"columns": columns, "constraints": rules}, "test")


def chain(rows: int) -> np.ndarray:
    """Rows in which b follows a, c follows b and d follows c."""
    rng = np.random.default_rng(7)
    columns = [rng.integers(0, 4, rows)]
    for chance in (0.2, 0.3, 0.4):
        columns.append(np.where(rng.random(rows) < chance, rng.integers(0, 4, rows), columns[-1]))
    return np.stack(columns, axis=1).astype(np.int32)


def is_connected(links: tuple[frozenset[int], ...]) -> bool:
    reached = {0}
    for _ in links:
        reached |= {place for link in links if link & reached for place in link}
    return len(reached) == 4


def test_mutual_information_is_scikit_learns_less_chance() -> None:
    codes = chain(500)
    counts = np.zeros((4, 4), int)
    np.add.at(counts, (codes[:, 0], codes[:, 2]), 1)
    assert mutual_information(counts) + 9 / 1000 == pytest.approx(mutual_info_score(codes[:, 0], codes[:, 2]))


def test_the_tree_is_the_best_of_all_trees() -> None:
    codes = chain(4000)
    model = tree_model(schema(), codes)
    found = {
        frozenset((place, parent)) for place, parent in zip(model.order, model.parents, strict=True) if parent >= 0
    }
    strengths = {
        frozenset(pair): mutual_info_score(codes[:, pair[0]], codes[:, pair[1]])
        for pair in itertools.combinations(range(4), 2)
    }
    # three edges over four columns are a tree exactly when they reach all of them
    trees = [links for links in itertools.combinations(strengths, 3) if is_connected(links)]
    assert len(trees) == 16, "Cayley's formula"
    best = max(trees, key=lambda links: sum(strengths[link] for link in links))
    assert found == set(best) == {frozenset((0, 1)), frozenset((1, 2)), frozenset((2, 3))}


def test_columns_that_a_constraint_links_are_linked() -> None:
    codes = chain(4000)
    codes[(codes[:, 0] == 0) & (codes[:, 3] == 3), 3] = 0
    model = tree_model(schema(True), codes)
    found = {frozenset((place, parent)) for place, parent in zip(model.order, model.parents, strict=True)}
    assert frozenset((0, 3)) in found


def test_edges_hold_the_counts_of_rows() -> None:
    codes = chain(300)
    model = tree_model(schema(), codes)
    for place, parent in zip(model.order, model.parents, strict=True):
        assert model.edges[place].sum() == 300
        np.testing.assert_array_equal(model.edges[place].sum(axis=0), np.bincount(codes[:, place], minlength=4))
        if parent >= 0:
            np.testing.assert_array_equal(model.edges[place].sum(axis=1), np.bincount(codes[:, parent], minlength=4))
