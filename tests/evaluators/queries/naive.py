"""Tables of plain Python values on random small schemas, and what queries mean for one row of them."""

import datetime
import re
from random import Random
from typing import Any

import numpy as np

from evaluators.queries.query import Query
from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.schema import Schema

Row = dict[str, Any]
MISSING = "(missing)"


def random_schema(seed: int, num_more: int = 3) -> Schema:
    """Returns two numeric columns, a category and some more of any kind, some with nulls, some with one value."""
    rng = Random(seed)
    columns = [
        Column("whole", "integer", lower=-1, upper=rng.choice([1, 2, 3]), missing=rng.random() < 0.5),
        Column("real", "real", lower=0.0, upper=1.0, cells=rng.choice([1, 2, 4]), missing=rng.random() < 0.5),
        Column("kind", "categorical", categories=tuple("abc"[: rng.choice([1, 2, 3])]), missing=rng.random() < 0.5),
    ]
    others = [
        Column("flag", "boolean", missing=rng.random() < 0.5),
        Column("grade", "ordinal", categories=("low", "mid", "high"), missing=rng.random() < 0.5),
        Column("day", "date", lower="2024-02-27", upper="2024-03-02", cells=rng.choice([2, 5])),
        Column("coarse", "integer", lower=0, upper=9, cells=3),
        Column("constant", "integer", lower=7, upper=7, missing=rng.random() < 0.5),
        Column("only", "categorical", categories=("x",)),
    ]
    return Schema((*columns, *rng.sample(others, num_more)))


def random_rows(schema: Schema, count: int, seed: int) -> list[Row]:
    """Draws rows of Python values, the ends of each range and the nulls among them often."""
    rng = Random(seed)
    return [{column.name: _random_value(column, rng) for column in schema.columns} for _ in range(count)]


def codes_of(schema: Schema, rows: list[Row]) -> np.ndarray[Any, Any]:
    """Returns the rows as codes."""
    codes = [[_code(column, row[column.name]) for column in schema.columns] for row in rows]
    return np.array(codes, np.int32).reshape(len(rows), len(schema.columns))


def all_codes(schema: Schema) -> np.ndarray[Any, Any]:
    """Returns every row that the columns allow."""
    grids = np.meshgrid(*map(np.arange, schema.sizes), indexing="ij")
    return np.stack([grid.ravel() for grid in grids], axis=1).astype(np.int32)


def rows_apart(query: Query, codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Returns the answers of each row on its own, ``(rows, size)``."""
    return np.stack([query.answers(row[None]) for row in codes])


def holds(schema: Schema, statement: str, row: Row) -> bool:
    """Tells whether a row has what a label states: ``name = value``, ``name <= value`` or ``name < value``."""
    sign = next(sign for sign in (" <= ", " < ", " = ") if sign in statement)
    name, text = statement.split(sign)
    column, value = schema.column(name), row[name]
    if value is None:
        return sign == " = " and text == MISSING
    if sign == " = ":
        return text != MISSING and _is_in(column, value, text)
    place, bound = _place(column, value), _place(column, _parsed(column, text))
    return place < bound if sign == " < " else place <= bound


def statements(label: str) -> list[str]:
    """Splits a label into its statements; intervals hold commas too."""
    return re.split(r", (?=\w+ (?:=|<=|<) )", label)


def unit_value(column: Column, value: Any) -> float | None:
    """Returns the place in the range, from 0 to 1, of the middle of the cell that a value is in; None for a null."""
    if value is None:
        return None
    if not column.is_numeric:
        last = len(column.labels) - 1
        return column.labels.index(value) / last if last else 0.5
    lower, upper = (float(_place(column, _parsed(column, str(end)))) for end in (column.lower, column.upper))
    if lower == upper:
        return 0.5
    cell = next(text for text in map(column.label, range(column.num_values)) if _is_in(column, value, text))
    low, high = (_place(column, end) for end in _ends(column, cell))
    return float((low + high) / 2 - lower) / (upper - lower)


def _random_value(column: Column, rng: Random) -> Any:
    if column.missing and rng.random() < 0.2:
        return None
    if not column.is_numeric:
        return rng.choice(column.labels)
    lower, upper = (_parsed(column, str(end)) for end in (column.lower, column.upper))
    if rng.random() < 0.3:
        return rng.choice([lower, upper])
    if column.kind == "real":
        return rng.choice([rng.uniform(lower, upper), rng.randint(0, 8) / 8])
    if column.kind == "date":
        return lower + datetime.timedelta(days=rng.randint(0, (upper - lower).days))
    return rng.randint(lower, upper)


def _code(column: Column, value: Any) -> int:
    if value is None:
        return column.size - 1
    if not column.is_numeric:
        return column.labels.index(value)
    return int(column.codes_of_numbers(np.array([_place(column, value)]))[0])


def _place(column: Column, value: Any) -> Any:
    """Returns a value as a number that orders it: days since 1970-01-01, or the place of a category."""
    if column.kind == "date":
        return (value - datetime.date(1970, 1, 1)).days
    return value if column.is_numeric else column.labels.index(value)


def _parsed(column: Column, text: str) -> Any:
    parse = {"integer": int, "real": float, "date": datetime.date.fromisoformat}.get(column.kind, str)
    return parse(text)  # type: ignore[operator]


def _is_in(column: Column, value: Any, text: str) -> bool:
    low, high = _ends(column, text)
    place = _place(column, value)
    if text.endswith(")"):
        return bool(_place(column, low) <= place < _place(column, high))
    return bool(_place(column, low) <= place <= _place(column, high))


def _ends(column: Column, text: str) -> tuple[Any, Any]:
    """Returns the ends of a value, an interval or a run of categories, as they are written."""
    if text.startswith("["):
        low, high = text[1:-1].split(", ")
    elif " to " in text:
        low, high = text.split(" to ")
    else:
        low = high = text
    return _parsed(column, low), _parsed(column, high)
