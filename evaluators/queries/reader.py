"""Reads what a workload asks for, and names what cannot be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.nearest import nearest
from search_spaces.synthetic_data.schema import Schema

Suits: TypeAlias = Callable[[Column], bool]

MAX_CODES = 2**24
"""Codes of a column that queries look at; more would not fit in memory next to each other."""

MAX_ENTRIES = 2**28
"""Codes x queries of the factors and weights of one query: one GiB of 32-bit numbers."""


def anything(_: Column) -> bool:
    """Every column."""
    return True


def ordered(column: Column) -> bool:
    """Numbers, dates and ordinals."""
    return column.is_ordered


def numeric(column: Column) -> bool:
    """Numbers and dates."""
    return column.is_numeric


def scaled(column: Column) -> bool:
    """What has a place between its least and its greatest value: all but categories without an order."""
    return column.is_ordered or column.kind == "boolean"


def named(column: Column) -> bool:
    """Categories, ordinals and booleans."""
    return not column.is_numeric


_RULES = {
    anything: "any column",
    ordered: "numbers, dates and ordinals",
    numeric: "numbers and dates",
    scaled: "numbers, dates, ordinals and booleans",
    named: "categories, ordinals and booleans",
}


def usable(column: Column) -> bool:
    """Whether queries may look at a column: ids are only ever permuted, so that no answer could steer them."""
    return not column.unique and column.size <= MAX_CODES


@dataclass(frozen=True, slots=True)
class Reader:
    """The keys of one entry of a workload.

    Attributes:
        spec: the entry as parsed from TOML.
        schema: the columns that it may name.
        keys: the keys that it may have, besides ``kind``.
    """

    spec: Mapping[str, Any]
    schema: Schema
    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        for key in self.spec:
            if key not in ("kind", *self.keys):
                raise ValueError(f"no key {key!r}; {nearest(str(key), self.keys)}")

    def whole(self, key: str, default: int, least: int = 1) -> int:
        """Returns a whole number.

        Raises:
            ValueError: for another type, or a number below the least.
        """
        value = self.spec.get(key, default)
        # bool is a subclass of int, yet `count = true` is a mistake
        if type(value) is not int or value < least:
            raise ValueError(f"{key} must be a whole number of at least {least}, not {value!r}")
        return value

    def columns(self, key: str, suits: Suits, default: Suits | None = None) -> tuple[int, ...]:
        """Returns the places of the columns that a key names, in the order of the schema.

        Args:
            key: holds a name or a list of names.
            suits: which columns may be named; one of this module's.
            default: which columns are meant without the key, as far as queries may look at them; None for none.

        Raises:
            ValueError: for an unknown column, one that does not suit, or one named twice.
        """
        if key not in self.spec:
            return tuple(
                i for i, column in enumerate(self.schema.columns) if default and default(column) and usable(column)
            )
        return self.places(key, self.spec[key], suits)

    def places(self, key: str, names: Any, suits: Suits) -> tuple[int, ...]:
        """Returns the places of named columns, in the order of the schema; raises as :meth:`columns` does."""
        listed = [names] if isinstance(names, str) else names
        if not isinstance(listed, Sequence) or not all(isinstance(name, str) for name in listed):
            raise ValueError(f"{key} must be a list of names of columns, not {names!r}")
        for i, name in enumerate(listed):
            self._require_suitable(key, self.schema.column(name), suits)
            if name in listed[:i]:
                raise ValueError(f"{key} names the column {name!r} twice; once is enough")
        return tuple(sorted(map(self.schema.index, listed)))

    def _require_suitable(self, key: str, column: Column, suits: Suits) -> None:
        if column.unique:
            raise ValueError(f"{key}: {column.name!r} is unique and is only ever permuted, so leave it out")
        if not suits(column):
            raise ValueError(f"{key} takes {_RULES[suits]}; {column.name!r} is {column.kind}")
        if column.size > MAX_CODES:
            raise ValueError(
                f"{key}: {column.name!r} has {column.size:,} codes, the limit is {MAX_CODES:,}; lower cells"
            )


def names_of(schema: Schema, columns: Sequence[int]) -> str:
    """Returns the names of columns, separated by commas."""
    return ", ".join(schema.columns[column].name for column in columns)


def widest(schema: Schema, columns: Sequence[int], most: int) -> list[int]:
    """Returns the columns of most codes."""
    return sorted(columns, key=lambda column: -schema.columns[column].size)[:most]


def require_entries(schema: Schema, columns: Sequence[int], num_queries: int) -> None:
    """Refuses a query whose factors would not fit in memory.

    Raises:
        ValueError: naming the largest column.
    """
    entries = sum(schema.columns[column].size for column in columns) * num_queries
    if entries > MAX_ENTRIES:
        largest = schema.columns[widest(schema, columns, 1)[0]]
        raise ValueError(
            f"{num_queries:,} queries over {names_of(schema, columns)} need {entries * 4 / 2**30:.1f} GiB, the limit "
            f"is {MAX_ENTRIES * 4 / 2**30:.0f}; ask fewer, or leave out {largest.name!r} with {largest.size:,} codes"
        )
