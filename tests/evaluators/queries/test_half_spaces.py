import numpy as np
import pytest

from evaluators.queries.form import HalfSpaceQueries
from evaluators.queries.half_spaces import build
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

SCHEMA = Schema(
    (
        Column("age", "integer", lower=0, upper=73, missing=True),
        Column("wage", "real", lower=0.0, upper=1.0),
        Column("sex", "categorical", categories=("f", "m")),
        Column("flag", "boolean", missing=True),
    )
)


def _codes(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, SCHEMA.sizes, (count, 4)).astype(np.int32)


def test_half_spaces_count_the_rows_below_the_plane() -> None:
    """Against doubles: only rows within the rounding of a weight may fall on the other side."""
    codes = _codes(2000)
    (query,) = build({"count": 200}, SCHEMA)
    points = np.column_stack([SCHEMA.columns[c].unit_values[codes[:, c]] - 0.5 for c in (0, 1)])
    spaces = query.labeller
    answers, near_rows = query.answers(codes), 0
    for i in range(200):
        distance = points @ spaces.directions[i] - spaces.directions[i] @ spaces.points[i]
        met = codes[:, spaces.categories.columns[i]] == spaces.categories.values[i]
        near = (np.abs(distance) < 2 / 4096) & met
        assert abs(answers[i] - ((distance <= 0) & met).sum()) <= near.sum()
        near_rows += near.sum()
    assert near_rows < answers.sum() / 100


def test_planes_go_through_the_domain() -> None:
    (query,) = build({"count": 500, "by": []}, SCHEMA)
    corners = np.array([[age, wage, 0, 0] for age in (0, 73) for wage in (0, 255)], np.int32)
    below = query.answers(corners)
    assert ((below > 0) & (below < 4)).mean() > 0.95


def test_a_null_weighs_nothing() -> None:
    (query,) = build({"count": 20, "columns": ["age"], "by": []}, SCHEMA)
    form = query.forms[0]
    assert isinstance(form, HalfSpaceQueries)
    assert not form.weights[0][74].any()
    assert form.weights[0][0].all()
    np.testing.assert_array_equal(form.weights[0][0], -form.weights[0][73])


def test_categories_split_the_forms_and_the_bound() -> None:
    (query,) = build({"count": 500}, SCHEMA)
    assert [form.columns for form in query.forms] == [(0, 1, 2), (0, 1, 3)]
    assert query.norms["add_remove"] ** 2 == pytest.approx(200)
    assert query.norms["replace"] ** 2 == pytest.approx(400)
    assert query.label(0).split(", ")[0].endswith(f"<= {query.label(0).split('<= ')[1].split(',')[0]}")
    assert {query.label(i).split(", ")[1] for i in range(500)} == {
        "sex = f", "sex = m", "flag = false", "flag = true", "flag = (missing)",
    }  # fmt: skip


def test_the_seed_decides() -> None:
    (query,) = build({"count": 50, "seed": 3}, SCHEMA)
    assert query.same_as(build({"count": 50, "seed": 3}, SCHEMA)[0])
    assert not query.same_as(build({"count": 50, "seed": 4}, SCHEMA)[0])
    assert query.name == "half_spaces(age, wage by sex, flag; 50 of seed 3)"


def test_what_would_not_fit_in_memory_is_refused() -> None:
    city = Column("city", "categorical", categories=tuple(map(str, range(1_000_000))))
    schema = Schema((*SCHEMA.columns, city))
    assert 4 not in build({"count": 50}, schema)[0].columns
    with pytest.raises(ValueError, match=r"1,000 queries over age, wage, city need 3.7 GiB, .*leave out 'city'"):
        build({"count": 1000, "by": ["city"]}, schema)
    with pytest.raises(ValueError, match="half-spaces need a column of numbers"):
        build({}, Schema((SCHEMA.columns[2],)))
