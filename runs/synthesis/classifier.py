"""Classifiers that learn a column from the others: one from the synthetic table, one from the private one.

Both are tested on private rows that neither has seen; how much worse the first one is says what the synthetic table is
worth for such a task. The figures are computed from the private table without noise and are as private as it is.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema

HELD_OUT = 0.25
"""The share of the private rows that classifiers are tested on."""

LEAST_ROWS = 20

_MOST_CLASSES = 50
_MOST_CATEGORIES = 255
"""Values of a column that gradient boosting takes as categories; those of larger ones are taken in their order."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a classifier reached on the held-out private rows.

    Attributes:
        trained_on: ``synthetic table``, ``private table`` or ``nothing: the most frequent value``.
        accuracy: the share of rows that it got right.
        area: under the ROC curve, where the column has two values; else None.
    """

    trained_on: str
    accuracy: float
    area: float | None


def check_classifier(schema: Schema, name: str) -> None:
    """Checks that a column can be classified, which a run does before it spends anything.

    Raises:
        ValueError: for an unknown column, one of too many values or alone in its table, or without scikit-learn.
    """
    column = schema.column(name)
    if column.size > _MOST_CLASSES or column.size < 2:
        raise ValueError(
            f"[output] private_classifier must be a column of 2 to {_MOST_CLASSES} values, and {name!r} has "
            f"{column.size:,}; name another one"
        )
    if all(other.unique or other is column for other in schema.columns):
        raise ValueError(f"[output] private_classifier: there is no column to tell {name!r} from; leave it out")
    if importlib.util.find_spec("sklearn") is None:
        raise ValueError(
            "[output] private_classifier needs scikit-learn, which is not installed; pip install primordia[evaluation]"
        )


def scores(schema: Schema, name: str, synthetic: Codes, private: Codes, seed: int) -> tuple[Score, ...]:
    """Trains on either table and tests on private rows that were held out.

    Args:
        schema: the columns.
        name: of the column that is learnt.
        synthetic: codes of the synthetic table, with a row or more.
        private: codes of the private one.
        seed: chooses the rows that are held out, and nothing else.

    Raises:
        ValueError: when the private table has too few rows.
    """
    if len(private) < LEAST_ROWS:
        raise ValueError(f"a classifier is tested on {LEAST_ROWS} private rows or more, there are {len(private)}")
    shuffled = np.random.default_rng(seed).permutation(len(private))
    held_out = private[shuffled[: max(1, round(HELD_OUT * len(private)))]]
    rest = private[shuffled[len(held_out) :]]
    target = schema.index(name)
    return (
        _score("synthetic table", schema, target, synthetic, held_out),
        _score("private table", schema, target, rest, held_out),
        _baseline(target, rest, held_out),
    )


def _score(trained_on: str, schema: Schema, target: int, train: Codes, test: Codes) -> Score:
    classes = np.unique(train[:, target])
    if len(classes) < 2:
        return Score(
            trained_on, float(np.mean(test[:, target] == classes[0])), 0.5 if _is_binary(schema, target) else None
        )
    boosting = importlib.import_module("sklearn.ensemble").HistGradientBoostingClassifier
    places = [place for place, column in enumerate(schema.columns) if place != target and not column.unique]
    categorical = [_is_categorical(schema, place) for place in places]
    model = boosting(
        categorical_features=categorical if any(categorical) else None, early_stopping=False, random_state=0
    )
    # threads that wait for each other's turn on a busy machine make it a hundred times slower
    with importlib.import_module("threadpoolctl").threadpool_limits(1):
        model.fit(_features(schema, places, train), train[:, target])
        shares = model.predict_proba(_features(schema, places, test))
    guesses = model.classes_[shares.argmax(axis=1)]
    area = _area(test[:, target], shares[:, -1]) if _is_binary(schema, target) else None
    return Score(trained_on, float(np.mean(guesses == test[:, target])), area)


def _baseline(target: int, train: Codes, test: Codes) -> Score:
    frequent = np.bincount(train[:, target]).argmax()
    return Score("nothing: the most frequent value", float(np.mean(test[:, target] == frequent)), None)


def _area(truth: Codes, shares: NDArray[np.float64]) -> float | None:
    """Returns the area under the ROC curve, None where the rows have one value only."""
    values = np.unique(truth)
    if len(values) < 2:
        return None
    return float(importlib.import_module("sklearn.metrics").roc_auc_score(truth == values[-1], shares))


def _is_binary(schema: Schema, place: int) -> bool:
    return schema.columns[place].size == 2


def _is_categorical(schema: Schema, place: int) -> bool:
    column = schema.columns[place]
    return not column.is_ordered and column.num_values <= _MOST_CATEGORIES


def _features(schema: Schema, places: list[int], codes: Codes) -> NDArray[Any]:
    """Returns the columns as numbers, NaN for a null, ``(num_rows, num_columns)``."""
    return np.stack([schema.columns[place].values[codes[:, place]] for place in places], axis=1)
