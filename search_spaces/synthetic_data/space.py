"""The search space of tables under a schema, with the variation of Private-GSD."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from search_spaces.synthetic_data import table
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.row_rules import RowRules, check_codes
from search_spaces.synthetic_data.schema import Schema, schema_from_data
from search_spaces.synthetic_data.table import Table

SMALL_SCHEMA: Mapping[str, Any] = {
    "columns": {
        "id": {"kind": "integer", "lower": 1, "upper": 100_000, "unique": True},
        "age": {"kind": "integer", "lower": 0, "upper": 99},
        "education": {"kind": "ordinal", "categories": ["school", "bachelor", "doctorate"], "missing": True},
        "employed": {"kind": "boolean"},
        "wage": {"kind": "real", "lower": 0, "upper": 10_000, "cells": 50, "missing": True, "outside": "clamp"},
        "hired": {"kind": "date", "lower": "2000-01-01", "upper": "2025-12-31", "missing": True},
        "left": {"kind": "date", "lower": "2000-01-01", "upper": "2025-12-31", "missing": True},
    },
    "constraints": [
        {"kind": "forbidden", "where": {"age": {"upper": 14}, "employed": ["true"]}},
        {"kind": "implies", "if": {"education": ["doctorate"]}, "then": {"age": {"lower": 23}}},
        {"kind": "order", "columns": ["hired", "left"]},
    ],
}
"""The schema of a space that is given none: one column of each kind and constraint."""

_MAX_DRAWS = 100


@dataclass(frozen=True, slots=True)
class SyntheticData:
    """Tables of so many rows that obey a schema.

    Variation is Private-GSD's (Liu, Vietri, Wu 2023, arXiv 2306.03257, algorithm 2), but crossover copies a run of rows
    rather than one cell, and every draw is among the values that the constraints allow, so that no repair is needed.

    Attributes:
        schema: as parsed from TOML, see :func:`search_spaces.synthetic_data.schema.schema_from_data`; None for a small
            one.
        rows: number of rows of a table.
        start: path of an .npz file whose array ``codes`` random tables are made of: public data, or the winner of a
            former round. Empty for uniform ones.
    """

    schema: Mapping[str, Any] | None = None
    rows: int = 100
    start: str = ""
    name = "synthetic_data"
    _rules: RowRules = field(init=False, repr=False, compare=False)
    _start: Codes | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.rows < 1:
            raise ValueError(f"rows must be at least 1, not {self.rows}")
        schema = schema_from_data(SMALL_SCHEMA if self.schema is None else self.schema, "schema")
        for column in schema.columns:
            if column.unique and column.size < self.rows:
                raise ValueError(
                    f"column {column.name!r} is unique with {column.size:,} values, too few for {self.rows:,} rows; "
                    "widen its range"
                )
        object.__setattr__(self, "_rules", RowRules(schema))
        object.__setattr__(self, "_start", _read_start(self.start, schema) if self.start else None)

    @property
    def table_schema(self) -> Schema:
        """The schema that tables obey."""
        return self._rules.schema

    def random(self, rng: Random) -> Table:
        """Returns a table of uniform columns, given the constraints; or of the rows of ``start``.

        Where ``start`` has too few rows all are repeated, where it has too many some are left out, at random; ids are
        then drawn anew.
        """
        generator = np.random.default_rng(rng.getrandbits(128))
        if self._start is None:
            return Table(self._rules.draw(self.rows, generator))
        if len(self._start) == self.rows:
            return Table(self._start)
        whole = np.tile(np.arange(len(self._start)), self.rows // len(self._start))
        rest = generator.choice(len(self._start), self.rows % len(self._start), replace=False)
        codes = self._start[np.concatenate([whole, rest])]
        for i, column in enumerate(self.table_schema.columns):
            if column.unique:
                codes[:, i] = generator.choice(column.size, self.rows, replace=False)
        return Table(codes)

    def mutate(self, genome: Table, rng: Random) -> Table:
        """Returns the table with one cell redrawn among the other values that its row allows.

        In a column of ids two rows exchange their values. Where no cell that is tried has another value, the table
        comes back as it is.
        """
        codes = genome.codes.copy()
        for _ in range(_MAX_DRAWS):
            row, column = rng.randrange(genome.num_rows), rng.randrange(genome.num_columns)
            if self.table_schema.columns[column].unique:
                other = rng.randrange(genome.num_rows)
                codes[[row, other], column] = codes[[other, row], column]
                changed = row != other
            else:
                allowed = self._rules.allowed(codes[row : row + 1], column)[0]
                allowed[codes[row, column]] = False
                choices = np.flatnonzero(allowed)
                changed = len(choices) > 0
                if changed:
                    codes[row, column] = choices[rng.randrange(len(choices))]
            if changed:
                break
        return _table(codes, genome.sweeps)

    def crossover(self, first: Table, second: Table, rng: Random) -> Table:
        """Returns the first table with a run of rows of the second, of any length on a log scale; ids stay."""
        codes = first.codes.copy()
        length = min(int(2 ** rng.uniform(0, np.log2(self.rows) + 1)), self.rows)
        start = rng.randrange(self.rows - length + 1)
        shared = [i for i, column in enumerate(self.table_schema.columns) if not column.unique]
        codes[start : start + length, shared] = second.codes[start : start + length, shared]
        return _table(codes, first.sweeps)

    def canonical(self, genome: Table) -> Table:
        """Returns the table as it is; that the order of rows does not count is the fingerprint's affair."""
        return genome

    def fingerprint(self, genome: Table) -> int:
        """Returns the 63-bit hash of the rows, in any order."""
        return table.fingerprint(genome)

    def digest(self, genome: Table) -> str:
        """Returns the fingerprint in hexadecimal: what the evaluation table keeps of a table."""
        return f"{self.fingerprint(genome):016x}"

    def encode(self, genome: Table) -> str:
        """Writes a table as one line of JSON."""
        return table.encode(genome)

    def decode(self, text: str) -> Table:
        """Reads a table, checking its shape, every code, the constraints and the ids."""
        genome = table.decode(text)
        if genome.num_rows != self.rows:
            raise ValueError(f"the table has {genome.num_rows} rows, not {self.rows}")
        check_codes(self.table_schema, genome.codes)
        return genome


def _table(codes: Codes, sweeps: int) -> Table:
    """Makes a table of codes that nobody else holds, without a copy."""
    codes.flags.writeable = False
    return Table(codes, sweeps)


def _read_start(path: str, schema: Schema) -> Codes:
    """Reads the table that random ones are made of."""
    try:
        with np.load(Path(path), allow_pickle=False) as arrays:
            codes = arrays["codes"]
    except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise ValueError(f"start = {path!r} is no .npz file with an array 'codes': {error}") from None
    if codes.dtype.kind not in "iu" or not len(codes):
        raise ValueError(f"start = {path!r}: codes must be whole numbers in one row or more, not {codes.dtype}")
    try:
        check_codes(schema, codes)
    except ValueError as error:
        raise ValueError(f"start = {path!r}: {error}") from None
    start: Codes = codes.astype(np.int32)
    return start
