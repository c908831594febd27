from itertools import product

import numpy as np
import pytest

from evaluators.queries.correlation import build, derived
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema


def _schema(*sizes: int, missing: bool = False) -> Schema:
    return Schema(
        tuple(Column(f"c{i}", "integer", lower=0, upper=size - 1, missing=missing) for i, size in enumerate(sizes))
    )


def test_coefficients_are_those_of_numpy() -> None:
    # 63 values make 31 whole steps on each side, so that nothing is rounded
    schema = _schema(63, 63, 63)
    rng = np.random.default_rng(0)
    first = rng.integers(0, 63, 1000)
    second = np.clip(first + rng.integers(-20, 20, 1000), 0, 62)
    codes = np.column_stack((first, second, rng.integers(0, 63, 1000))).astype(np.int32)
    (query,) = build({}, schema)
    np.testing.assert_allclose(derived(query, query.answers(codes)), np.corrcoef(codes.T), atol=1e-12)


def test_coarse_steps_are_near_the_truth() -> None:
    schema = _schema(1000, 500)
    rng = np.random.default_rng(0)
    first = rng.integers(0, 1000, 5000)
    codes = np.column_stack((first, (first // 2 + rng.integers(0, 250, 5000)) % 500)).astype(np.int32)
    (query,) = build({}, schema)
    np.testing.assert_allclose(derived(query, query.answers(codes)), np.corrcoef(codes.T), atol=2e-3)


def test_a_null_is_in_the_middle() -> None:
    schema = _schema(3, 3, missing=True)
    (query,) = build({}, schema)
    with_nulls = np.array([[0, 0], [2, 2], [3, 0], [2, 3]], np.int32)
    in_the_middle = np.where(with_nulls == 3, 1, with_nulls).astype(np.int32)
    np.testing.assert_array_equal(query.answers(with_nulls), query.answers(in_the_middle))


def test_without_variance_or_rows_there_is_no_coefficient() -> None:
    (query,) = build({}, _schema(3, 3))
    assert np.isnan(derived(query, query.answers(np.array([[1, 0], [1, 2]], np.int32)))[0]).all()
    assert np.isnan(derived(query, query.answers(np.zeros((0, 2), np.int32)))).all()
    assert np.isnan(derived(query, -np.ones(query.size))).all()


@pytest.mark.parametrize("sizes", [(3, 3), (3, 3, 3), (2, 3, 5, 2), (1, 4, 3), (5, 5)])
@pytest.mark.parametrize("missing", [False, True])
def test_bounds_hold_for_all_pairs_of_rows_and_are_tight(sizes: tuple[int, ...], missing: bool) -> None:
    schema = _schema(*sizes, missing=missing)
    (query,) = build({}, schema)
    vectors = query.forms[0].contributions(np.array(list(product(*map(range, schema.sizes))), np.int32))
    alone = (vectors**2).sum(axis=1).max() ** 0.5
    apart = max(((vectors - row) ** 2).sum(axis=1).max() for row in vectors) ** 0.5
    assert alone <= query.norms["add_remove"] <= alone * (1 + 1e-14)
    assert apart <= query.norms["replace"] <= apart * 1.07


def test_labels_name_the_factors() -> None:
    (query,) = build({"columns": ["c1", "c0"]}, _schema(3, 3, 3))
    assert query.name == "correlation(c0, c1)"
    assert [query.label(i) for i in range(6)] == [
        "sum of 1 x 1", "sum of 1 x c0", "sum of 1 x c1", "sum of c0 x c0", "sum of c0 x c1", "sum of c1 x c1",
    ]  # fmt: skip


def test_mistakes_are_named() -> None:
    with pytest.raises(ValueError, match="a correlation needs two columns of numbers or dates, there are 1"):
        build({"columns": ["c0"]}, _schema(3, 3))
