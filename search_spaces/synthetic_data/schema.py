"""Schemas: the columns of a table and the constraints between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.condition import Mask
from search_spaces.synthetic_data.constraint import Constraint, constraint_data, read_constraint
from search_spaces.synthetic_data.nearest import nearest
from search_spaces.synthetic_data.valid_row import possible_codes, valid_row

MAX_PAIRS = 4_000_000
"""The most pairs of codes that a constraint may be about, a byte each."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a row may be.

    Attributes:
        columns: the columns in order.
        constraints: what must hold between two columns of every row; some row obeys them all.
    """

    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...] = ()
    _index: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _allowed: Mapping[tuple[int, int], Mask] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("a schema needs at least one column")
        object.__setattr__(self, "_index", {column.name: i for i, column in enumerate(self.columns)})
        if len(self._index) < len(self.columns):
            twice = next(column.name for i, column in enumerate(self.columns) if self._index[column.name] != i)
            raise ValueError(f"the names of columns must be distinct; {twice!r} is given twice")
        pairs = self._compiled()
        valid_row(possible_codes(pairs), pairs)
        object.__setattr__(self, "_allowed", pairs)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of codes of each column."""
        return tuple(column.size for column in self.columns)

    def index(self, name: str) -> int:
        """Returns the place of a column.

        Raises:
            ValueError: for an unknown name, with the nearest.
        """
        if name not in self._index:
            raise ValueError(f"there is no column {name!r}; {nearest(str(name), self.names)}")
        return self._index[name]

    def column(self, name: str) -> Column:
        """Returns a column by its name.

        Raises:
            ValueError: for an unknown name, with the nearest.
        """
        return self.columns[self.index(name)]

    def allowed_pairs(self) -> dict[tuple[int, int], Mask]:
        """Returns which codes may stand in one row, for each pair of columns that a constraint is about.

        Returns:
            bool ``(size_i, size_j)`` by ``(i, j)``, i < j; the constraints on a pair of columns all hold.
        """
        return dict(self._allowed)

    def _compiled(self) -> Mapping[tuple[int, int], Mask]:
        pairs: dict[tuple[int, int], Mask] = {}
        for number, constraint in enumerate(self.constraints, 1):
            try:
                i, j = map(self.index, constraint.columns)
                self._require_small(i, j)
                allowed = constraint.allowed(self.columns[i], self.columns[j])
            except ValueError as error:
                raise ValueError(f"constraint {number}: {error}") from None
            pair, allowed = ((i, j), allowed) if i < j else ((j, i), allowed.T)
            pairs[pair] = pairs[pair] & allowed if pair in pairs else allowed
        return pairs

    def _require_small(self, i: int, j: int) -> None:
        first, second = self.columns[i], self.columns[j]
        for column in (first, second):
            if column.unique:
                raise ValueError(f"column {column.name!r} is unique, its values are permuted freely; constrain another")
        if first.size * second.size > MAX_PAIRS:
            raise ValueError(
                f"{first.name!r} x {second.name!r} have {first.size * second.size:,} pairs of codes, over the limit of "
                f"{MAX_PAIRS:,}; give them fewer cells or categories"
            )


def schema_from_data(data: Mapping[str, Any], source: str) -> Schema:
    """Builds a schema from parsed TOML.

    Args:
        data: the sections ``columns``, one by name, and ``constraints``, a list.
        source: what the data came from (a file), named in errors.

    Raises:
        ValueError: naming source, section, key, rule and value.
    """
    for key in data:
        if key not in ("columns", "constraints"):
            raise ValueError(f"{source}: has no section {key!r}; {nearest(key, ('columns', 'constraints'))}")
    columns, constraints = data.get("columns", {}), data.get("constraints", [])
    if not isinstance(columns, Mapping) or not columns:
        raise ValueError(f"{source}: needs a section [columns.NAME] for every column")
    if not isinstance(constraints, list | tuple):
        raise ValueError(f"{source}: constraints must be a list of sections [[constraints]], not {constraints!r}")
    try:
        read = tuple(_read_column(name, keys) for name, keys in columns.items())
        return Schema(read, tuple(_numbered(number, keys) for number, keys in enumerate(constraints, 1)))
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from None


def schema_data(schema: Schema) -> dict[str, Any]:
    """Returns what :func:`schema_from_data` reads as the schema, defaults left out, ready for TOML."""
    data: dict[str, Any] = {"columns": {column.name: _column_data(column) for column in schema.columns}}
    if schema.constraints:
        data["constraints"] = [constraint_data(constraint) for constraint in schema.constraints]
    return data


_COLUMN_KEYS = tuple(item for item in fields(Column) if item.init and item.name != "name")


def _read_column(name: str, keys: Any) -> Column:
    if not isinstance(keys, Mapping):
        raise ValueError(f"column {name!r}: must be a section of keys, not {keys!r}")
    known = tuple(item.name for item in _COLUMN_KEYS)
    for key in keys:
        if key not in known:
            raise ValueError(f"column {name!r}: has no key {key!r}; {nearest(key, known)}")
    if "kind" not in keys:
        raise ValueError(f"column {name!r}: lacks the key 'kind'; give categorical, ordinal, boolean, integer, ...")
    return Column(name, **{key: _plain(value) for key, value in keys.items()})


def _plain(value: Any) -> Any:
    """Turns TOML's lists into tuples and its dates into their texts."""
    if isinstance(value, list):
        return tuple(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _numbered(number: int, keys: Any) -> Constraint:
    try:
        return read_constraint(keys)
    except ValueError as error:
        raise ValueError(f"constraint {number}: {error}") from None


def _column_data(column: Column) -> dict[str, Any]:
    pairs = ((item, getattr(column, item.name)) for item in _COLUMN_KEYS)
    given = {item.name: value for item, value in pairs if item.default is MISSING or value != item.default}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in given.items()}
