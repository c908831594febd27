from typing import Any

import numpy as np
import pytest

from runs.synthesis import classifier
from runs.synthesis.classifier import Score, check_classifier, scores
from search_spaces.synthetic_data.schema import schema_from_data

COLUMNS: dict[str, Any] = {
    "id": {"kind": "integer", "lower": 1, "upper": 5000, "unique": True},
    "x": {"kind": "integer", "lower": 0, "upper": 9, "missing": True},
    "colour": {"kind": "categorical", "categories": ["red", "green", "blue"]},
    "sold": {"kind": "boolean"},
}
SCHEMA = schema_from_data({"columns": COLUMNS}, "test")


def table(rows: int, seed: int, noise: float) -> np.ndarray:
    """Rows that are sold where x is large, but for some noise."""
    rng = np.random.default_rng(seed)
    x, colour = rng.integers(0, 11, rows), rng.integers(0, 3, rows)
    sold = np.where(rng.random(rows) < noise, rng.integers(0, 2, rows), (x > 4) ^ (colour == 2))
    return np.stack([rng.permutation(rows), x, colour, sold], axis=1).astype(np.int32)


def test_a_faithful_table_is_as_good_as_the_private_one_and_a_random_one_is_not() -> None:
    private = table(2000, 1, 0.1)
    ours, theirs, nothing = scores(SCHEMA, "sold", table(2000, 2, 0.1), private, 3)
    assert [found.trained_on for found in (ours, theirs)] == ["synthetic table", "private table"]
    assert ours.accuracy == pytest.approx(0.95, abs=0.03)
    assert theirs.accuracy == pytest.approx(ours.accuracy, abs=0.02)
    assert ours.area is not None
    assert ours.area > 0.9
    assert nothing.accuracy == pytest.approx(private[:, 3].mean(), abs=0.1) or nothing.accuracy < 0.7
    noise, _, _ = scores(SCHEMA, "sold", table(2000, 2, 1.0), private, 3)
    assert noise.accuracy < 0.7


def test_the_rows_tested_on_are_held_out_of_the_private_training(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[set[int], set[int]]] = []

    def score(trained_on: str, schema: Any, target: int, train: Any, test: Any) -> Score:  # noqa: ARG001
        seen.append((set(train[:, 0].tolist()), set(test[:, 0].tolist())))
        return Score(trained_on, 0.0, None)

    monkeypatch.setattr(classifier, "_score", score)
    scores(SCHEMA, "sold", table(30, 2, 0.1), table(100, 1, 1.0), 3)
    (_, tested), (trained, also_tested) = seen
    assert tested == also_tested
    assert len(tested) == 25
    assert not trained & tested
    assert trained | tested == set(range(100))


def test_several_classes_and_a_table_of_one_class() -> None:
    private = table(400, 1, 0.1)
    several = scores(SCHEMA, "colour", private, private, 0)
    assert several[0].area is None
    single = table(400, 2, 0.1)
    single[:, 3] = 1
    (ours, _, _) = scores(SCHEMA, "sold", single, private, 0)
    assert ours.area == 0.5
    assert ours.accuracy == pytest.approx(private[:, 3].mean(), abs=0.1)


@pytest.mark.parametrize(
    ("columns", "name", "message"),
    [
        (COLUMNS, "sould", "there is no column 'sould'; did you mean 'sold'"),
        (COLUMNS, "id", "must be a column of 2 to 50 values, and 'id' has 5,000; name another one"),
        ({"sold": COLUMNS["sold"], "id": COLUMNS["id"]}, "sold", "there is no column to tell 'sold' from"),
    ],
)
def test_what_cannot_be_classified_is_refused(columns: dict[str, Any], name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_classifier(schema_from_data({"columns": columns}, "test"), name)


def test_without_scikit_learn_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r"pip install primordia\[evaluation\]"):
        check_classifier(SCHEMA, "sold")


def test_few_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="20 private rows or more, there are 19"):
        scores(SCHEMA, "sold", table(40, 1, 0.1), table(19, 1, 0.1), 0)
