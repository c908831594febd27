"""Constraints: which values of two columns may stand in one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import numpy as np

from search_spaces.synthetic_data.column import Column
from search_spaces.synthetic_data.condition import Condition, Mask, condition_data, read_condition
from search_spaces.synthetic_data.nearest import nearest

ConstraintKind: TypeAlias = Literal["forbidden", "implies", "order"]

_KEYS = {"forbidden": ("where",), "implies": ("if", "then"), "order": ("columns",)}


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule about two columns.

    Attributes:
        kind: ``forbidden`` when no row meets both conditions, which are kept in the order of their columns' names;
            ``implies`` when a row that meets the first meets the second; ``order`` when the first column's value is at
            most the second's wherever both are present.
        first: condition on the one column; of an order, only its column counts.
        second: condition on the other.
    """

    kind: ConstraintKind
    first: Condition
    second: Condition

    def __post_init__(self) -> None:
        if self.first.column == self.second.column:
            raise ValueError(f"{self.kind} is about two columns, not {self.first.column!r} twice")
        if self.kind == "forbidden" and self.first.column > self.second.column:
            # both ways round it is one constraint, and TOML does not keep the order of keys
            first, second = self.second, self.first
            object.__setattr__(self, "first", first)
            object.__setattr__(self, "second", second)

    @property
    def columns(self) -> tuple[str, str]:
        """The names of the two columns."""
        return self.first.column, self.second.column

    def allowed(self, first: Column, second: Column) -> Mask:
        """Returns which pairs of codes may stand in one row, ``(first.size, second.size)``.

        Cells that hold several values count as ordered when some of their values are.

        Raises:
            ValueError: for a condition that does not fit its column, or an order of columns that can't be compared.
        """
        if self.kind == "order":
            return _ordered(first, second)
        met, also_met = self.first.mask(first)[:, None], self.second.mask(second)[None, :]
        return ~(met & also_met) if self.kind == "forbidden" else ~met | also_met


def _ordered(first: Column, second: Column) -> Mask:
    comparable = (
        first.categories == second.categories
        if first.kind == "ordinal"
        else first.is_numeric and (first.kind == "date") == (second.kind == "date") and second.is_numeric
    )
    if not comparable or not second.is_ordered:
        raise ValueError(
            f"order: {first.name!r} ({first.kind}) and {second.name!r} ({second.kind}) can't be compared; it takes two "
            "numbers, two dates or two ordinals of the same categories"
        )
    allowed = np.ones((first.size, second.size), dtype=bool)
    codes, others = np.arange(first.num_values), np.arange(second.num_values)
    if first.is_numeric:
        least, greatest = first.cell_bounds(codes)[0], second.greatest_values(others)
    else:
        least, greatest = codes, others
    allowed[: first.num_values, : second.num_values] = least[:, None] <= greatest[None, :]
    return allowed


def read_constraint(data: Any) -> Constraint:
    """Reads a constraint from parsed TOML.

    Raises:
        ValueError: naming the key, the rule and the value.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"a constraint must be a section of keys, not {data!r}")
    kind = data.get("kind")
    if kind not in _KEYS:
        raise ValueError(f"kind {kind!r} is unknown; {nearest(str(kind), list(_KEYS))}")
    keys = _KEYS[kind]
    for key in data:
        if key not in ("kind", *keys):
            raise ValueError(f"{kind} has no key {key!r}; {nearest(key, keys)}")
    for key in keys:
        if key not in data:
            raise ValueError(f"{kind} lacks the key {key!r}")
    return Constraint(cast("ConstraintKind", kind), *_conditions(kind, data))


def constraint_data(constraint: Constraint) -> dict[str, Any]:
    """Returns what :func:`read_constraint` reads as the constraint."""
    first, second = (
        {condition.column: condition_data(condition)} for condition in (constraint.first, constraint.second)
    )
    if constraint.kind == "order":
        return {"kind": "order", "columns": list(constraint.columns)}
    if constraint.kind == "implies":
        return {"kind": "implies", "if": first, "then": second}
    return {"kind": "forbidden", "where": first | second}


def _conditions(kind: str, data: Mapping[str, Any]) -> tuple[Condition, Condition]:
    if kind == "order":
        names = data["columns"]
        if not isinstance(names, list | tuple) or len(names) != 2 or not all(isinstance(name, str) for name in names):
            raise ValueError(f"order: columns must be two names, not {names!r}")
        return Condition(names[0]), Condition(names[1])
    if kind == "implies":
        return _condition_list(data["if"], "if", 1)[0], _condition_list(data["then"], "then", 1)[0]
    first, second = _condition_list(data["where"], "where", 2)
    return first, second


def _condition_list(data: Any, key: str, count: int) -> list[Condition]:
    if not isinstance(data, Mapping) or len(data) != count:
        raise ValueError(
            f"{key} must name {'one column' if count == 1 else 'two columns'} and its values, not {data!r}"
        )
    return [read_condition(column, values) for column, values in data.items()]
