"""A small schema, queries of every form on it, and plain Python that counts and scores as they say."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from evaluators.queries.form import CellTable, Form, HalfSpaceQueries, ProductQueries
from evaluators.queries.query import Query
from evaluators.synthetic_data.landscape import Landscape, landscape
from evaluators.synthetic_data.measurement import Measurement
from search_spaces.synthetic_data.schema import Schema, schema_from_data
from search_spaces.synthetic_data.space import SyntheticData

DATA: dict[str, Any] = {
    "columns": {
        "id": {"kind": "integer", "lower": 1, "upper": 300, "unique": True},
        "kind": {"kind": "categorical", "categories": ["a", "b", "c"], "missing": True},
        "size": {"kind": "integer", "lower": 0, "upper": 9},
        "flag": {"kind": "boolean"},
        "score": {"kind": "integer", "lower": 0, "upper": 19},
        "unasked": {"kind": "integer", "lower": 0, "upper": 6},
    },
    "constraints": [
        {"kind": "forbidden", "where": {"kind": ["a"], "flag": ["true"]}},
        {"kind": "order", "columns": ["size", "score"]},
    ],
}
FREE = {"columns": DATA["columns"]}
"""The same without constraints."""

ID, KIND, SIZE, FLAG, SCORE, UNASKED = range(6)
KINDS = ("cells", "products", "half_spaces")


def schema_of(data: dict[str, Any] = DATA) -> Schema:
    return schema_from_data(data, "schema")


def random_codes(num_rows: int, seed: int, data: dict[str, Any] = DATA) -> np.ndarray[Any, Any]:
    """Returns rows that obey the schema."""
    return SyntheticData(data, num_rows).random(Random(seed)).codes


def identity(size: int) -> np.ndarray[Any, Any]:
    return np.arange(size, dtype=np.int32)


def groups(size: int, count: int) -> np.ndarray[Any, Any]:
    return (np.arange(size) * count // size).astype(np.int32)


def query(name: str, *forms: Form) -> Query:
    return Query(name, name, forms, {"add_remove": 1.0, "replace": 1.0}, str)


def queries(kinds: Sequence[str] = KINDS) -> list[Query]:
    """Returns queries of the kinds asked for."""
    rng = np.random.default_rng(5)
    built = {
        "cells": [
            query("pairs", CellTable((KIND, FLAG), (identity(4), identity(2))), CellTable((FLAG,), (identity(2),))),
            query("grouped", CellTable((SCORE, SIZE), (groups(20, 4), groups(10, 3)))),
            query("triple", CellTable((SIZE, KIND, FLAG), (groups(10, 5), identity(4), identity(2)))),
        ],
        "products": [
            query(
                "products",
                ProductQueries(
                    {
                        SIZE: rng.integers(-2, 3, (10, 6)).astype(np.int32),
                        KIND: rng.integers(0, 2, (4, 6)).astype(np.int32),
                    }
                ),
            )
        ],
        "half_spaces": [
            query(
                "half_spaces",
                HalfSpaceQueries(
                    {
                        SCORE: rng.integers(-9, 10, (20, 8)).astype(np.int32),
                        SIZE: rng.integers(-9, 10, (10, 8)).astype(np.int32),
                    },
                    rng.integers(-6, 7, 8).astype(np.int32),
                    {FLAG: rng.integers(0, 2, (2, 8)).astype(np.int32)},
                ),
            )
        ],
    }
    return [q for kind in kinds for q in built[kind]]


def measured(
    private: np.ndarray[Any, Any], sigma: float, kinds: Sequence[str] = KINDS, seed: int = 0
) -> list[Measurement]:
    """Returns noisy answers over a private table, of slightly different noise."""
    rng = np.random.default_rng(seed)
    found = []
    for i, asked in enumerate(queries(kinds)):
        exact, scale = counted(asked.forms, private), sigma * (1 + 0.3 * i)
        found.append(Measurement(asked, np.rint(exact + scale * rng.normal(size=exact.shape)).astype(np.int64), scale))
    return found


def problem(
    num_rows: int,
    private_rows: int = 90,
    sigma: float = 2.0,
    kinds: Sequence[str] = KINDS,
    data: dict[str, Any] = DATA,
) -> tuple[Landscape, list[Measurement]]:
    """Returns the landscape of noisy answers over a random private table, and the answers."""
    measurements = measured(random_codes(private_rows, 99, data), sigma, kinds)
    return landscape(schema_of(data), measurements, num_rows, private_rows), measurements


def contributions(form: Form, row: Sequence[int]) -> list[int]:
    """Returns what one row contributes to each query of a form."""
    if isinstance(form, CellTable):
        cell = [int(level[row[column]]) for column, level in zip(form.columns, form.levels, strict=True)]
        return [int(list(other) == cell) for other in np.ndindex(*form.shape)]
    found = []
    for q in range(form.size):
        factors = form.conditions if isinstance(form, HalfSpaceQueries) else form.factors
        value = 1
        for column, factor in factors.items():
            value *= int(factor[row[column], q])
        if isinstance(form, HalfSpaceQueries):
            weight = sum(int(weights[row[column], q]) for column, weights in form.weights.items())
            value *= weight <= int(form.thresholds[q])
        found.append(value)
    return found


def counted(forms: Sequence[Form], codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Returns the answers over a table, one form after the other."""
    totals = [np.zeros(form.size, np.int64) for form in forms]
    for row in codes.tolist():
        for form, total in zip(forms, totals, strict=True):
            total += contributions(form, row)
    return np.concatenate(totals)


def energy(measurements: Sequence[Measurement], codes: np.ndarray[Any, Any], private_rows: float) -> float:
    """Returns half the sum of squared errors in units of the noise, as the landscape defines it."""
    scale, total = len(codes) / private_rows, 0.0
    for measurement in measurements:
        goals = np.rint(64 * measurement.answers * scale) / 64
        sigma = max(measurement.sigma * scale, 12**-0.5)
        total += float((((counted(measurement.query.forms, codes) - goals) / sigma) ** 2).sum()) / 2
    return total


def broken(codes: np.ndarray[Any, Any]) -> int:
    """Returns how many rows break the constraints of :data:`DATA`."""
    return int(((codes[:, KIND] == 0) & (codes[:, FLAG] == 1) | (codes[:, SIZE] > codes[:, SCORE])).sum())


def codes_of(found: Landscape, letters: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Returns a table of codes that stand for letters of shape (num_columns, num_rows)."""
    return np.stack([a.members[a.starts[letters[c]]] for c, a in enumerate(found.alphabets)], axis=1)
