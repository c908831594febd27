"""Answers of a synthetic and of a private table, made by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evaluators.queries import build_queries
from evaluators.synthetic_data.measurement import Measurement
from runs.synthesis.answered import Answered, answered
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema, schema_from_data

SCHEMA = schema_from_data(
    {
        "columns": {
            "colour": {"kind": "categorical", "categories": ["red", "green", "blue"]},
            "size": {"kind": "integer", "lower": 1, "upper": 40, "missing": True},
            "sold": {"kind": "boolean"},
        }
    },
    "test",
)


def table(rows: int, seed: int, schema: Schema = SCHEMA) -> Codes:
    rng = np.random.default_rng(seed)
    return np.stack([rng.integers(0, size, (2, rows)).min(axis=0) for size in schema.sizes], axis=1).astype(np.int32)


def answers(
    specs: Sequence[Mapping[str, Any]], synthetic: Codes, private: Codes, sigma: float, seed: int = 0
) -> tuple[Answered, ...]:
    rng = np.random.default_rng(seed)
    measurements = [
        Measurement(query, query.answers(private) + np.rint(rng.normal(0, sigma, query.size)).astype(np.int64), sigma)
        for query in build_queries(specs, SCHEMA)
    ]
    return answered(measurements, synthetic, float(len(private)))
