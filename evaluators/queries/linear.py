"""Linear queries of the user: counts of the rows that meet conditions, or sums of a value over them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.fixed_point import upward
from evaluators.queries.form import ProductQueries
from evaluators.queries.norms import product_norms
from evaluators.queries.query import Query
from evaluators.queries.reader import Reader, anything, require_entries, scaled, widest
from search_spaces.synthetic_data.condition import read_condition
from search_spaces.synthetic_data.nearest import nearest
from search_spaces.synthetic_data.schema import Schema

STEPS = 127
"""Steps from the least to the greatest value in sums."""

_KEYS = ("name", "where", "value")


@dataclass(frozen=True, slots=True)
class LinearQuery:
    """A sum over the rows that meet all conditions.

    Attributes:
        name: what the user calls it.
        conditions: by column, 0 or 1 for each code ``(size,)``.
        value: the column that is summed, in steps of 1/:data:`STEPS` of its range above its least value, nulls as 0;
            None for a count.
    """

    name: str
    conditions: Mapping[int, NDArray[np.bool_]]
    value: int | None

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns that it looks at."""
        return tuple(dict.fromkeys((*self.conditions, *(() if self.value is None else (self.value,)))))


def build(spec: Mapping[str, Any], schema: Schema) -> tuple[Query, ...]:
    """Builds one query of all counts, and one of all sums of each value.

    Args:
        spec: ``queries``, a list of ``name``, ``where = { column = [values] or { lower, upper } }`` and, for a sum,
            ``value``; or ``file``, a TOML file that holds ``[[queries]]``.
        schema: the columns.

    Raises:
        ValueError: naming the query, the key, the rule and the value.
    """
    Reader(spec, schema, ("queries", "file"))
    asked = _listed(spec)
    read = [_read(schema, number, entry) for number, entry in enumerate(asked, 1)]
    names = [query.name for query in read]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise ValueError(f"query {i + 1}: the name {name!r} is taken; names must differ")
    values = dict.fromkeys(query.value for query in read)
    return tuple(_query(schema, [query for query in read if query.value == value], value) for value in values)


@dataclass(frozen=True, eq=False)
class LinearLabels:
    """The names that the user gave.

    Attributes:
        names: one per answer.
    """

    names: tuple[str, ...]

    def __call__(self, index: int) -> str:
        """Returns the name of a query."""
        return self.names[index]


def _listed(spec: Mapping[str, Any]) -> list[Any]:
    if ("queries" in spec) == ("file" in spec):
        raise ValueError("linear needs either queries, a list, or file, the path of a TOML file with [[queries]]")
    listed = spec["queries"] if "queries" in spec else _from_file(spec["file"])
    if not isinstance(listed, list | tuple) or not listed:
        raise ValueError(f"queries must be a list of sections with name and where, not {listed!r}")
    return list(listed)


def _from_file(path: Any) -> Any:
    if not isinstance(path, str):
        raise ValueError(f"file must be the path of a TOML file, not {path!r}")
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8")).get("queries")
    except (OSError, ValueError) as error:
        raise ValueError(f"file {path!r} cannot be read: {error}") from None


def _read(schema: Schema, number: int, entry: Any) -> LinearQuery:
    if not isinstance(entry, Mapping):
        raise ValueError(f"query {number} must be a section of keys, not {entry!r}")
    name = entry.get("name", f"query {number}")
    try:
        for key in entry:
            if key not in _KEYS:
                raise ValueError(f"no key {key!r}; {nearest(str(key), _KEYS)}")
        return LinearQuery(str(name), _conditions(schema, entry.get("where", {})), _value(schema, entry))
    except ValueError as error:
        raise ValueError(f"query {number} ({name}): {error}") from None


def _conditions(schema: Schema, where: Any) -> dict[int, NDArray[np.bool_]]:
    if not isinstance(where, Mapping):
        raise ValueError(f"where must name columns and their values, not {where!r}")
    reader = Reader({}, schema, ())
    places = {column: reader.places("where", column, anything)[0] for column in where}
    return {place: read_condition(c, where[c]).mask(schema.columns[place]) for c, place in places.items()}


def _value(schema: Schema, entry: Mapping[str, Any]) -> int | None:
    columns = Reader({"value": entry["value"]} if "value" in entry else {}, schema, ("value",)).columns("value", scaled)
    if len(columns) > 1:
        raise ValueError(f"value must be one column, not {entry['value']!r}")
    return columns[0] if columns else None


def _query(schema: Schema, asked: list[LinearQuery], value: int | None) -> Query:
    columns = tuple(sorted({column for query in asked for column in query.columns}))
    # a query about no column counts all rows, whichever column it is told to look at
    columns = columns or (widest(schema, range(len(schema.columns)), len(schema.columns))[-1],)
    require_entries(schema, columns, len(asked))
    factors = {}
    for column in columns:
        everything = np.ones(schema.columns[column].size, np.int32)
        counted = upward(schema.columns[column], STEPS) if column == value else everything
        factors[column] = np.stack([query.conditions.get(column, everything) * counted for query in asked], axis=1)
    form = ProductQueries(factors)
    names = tuple(query.name for query in asked)
    what = "counts" if value is None else f"sums of {schema.columns[value].name}"
    shown = names if len(names) <= 3 else (*names[:2], f"... {len(names)} in all")
    return Query("linear", f"linear({what}: {', '.join(shown)})", (form,), product_norms(form), LinearLabels(names))
