"""A schema of every kind of column, random codes under it, and where the real data are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

ADULT = Path(__file__).parents[4] / "shared" / "data" / "adult"

AWKWARD = ("a", " b", "NA", "", 'say "x"', "x,y", "two\nlines", "Zoë")

EVERY_KIND = Schema(
    (
        Column("text, awkward", "categorical", AWKWARD, missing=True),
        Column("flag", "boolean", missing=True),
        Column("grade", "ordinal", ("1", "2", "3")),
        Column("age", "integer", lower=-5, upper=3000, missing=True),
        Column("far", "integer", lower=-(2**61), upper=2**61, cells=1000),
        Column("share", "real", lower=-1e3, upper=0.3, missing=True),
        Column("constant", "real", lower=2, upper=2),
        Column("born", "date", lower="1900-01-01", upper="2100-12-31", missing=True),
        Column("id", "integer", lower=0, upper=50_000, unique=True),
    )
)


def random_codes(schema: Schema, num_rows: int, seed: int = 0) -> NDArray[np.int32]:
    rng = np.random.default_rng(seed)
    columns = [
        rng.permutation(column.size)[:num_rows] if column.unique else rng.integers(0, column.size, num_rows)
        for column in schema.columns
    ]
    return np.stack(columns, axis=1).astype(np.int32)
