"""The rules of a schema in words, each tried on every row of the synthetic table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from runs.synthesis.report.data import ConstraintCheck
from search_spaces.synthetic_data.condition import Condition
from search_spaces.synthetic_data.constraint import Constraint
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema

_MOST_VALUES = 6


def checks(schema: Schema, codes: Codes) -> tuple[ConstraintCheck, ...]:
    """Tries the ranges, the unique columns and the constraints of a schema.

    Args:
        schema: the rules.
        codes: of the synthetic table.
    """
    return tuple(_checks(schema, codes))


def rule_text(constraint: Constraint) -> str:
    """Says what a constraint demands: ``never colour = blue together with sold = true``."""
    first, second = constraint.first, constraint.second
    if constraint.kind == "order":
        return f"{first.column} is at most {second.column}, where both are present"
    if constraint.kind == "implies":
        return f"{_condition(first)} implies {_condition(second)}"
    return f"never {_condition(first)} together with {_condition(second)}"


def _checks(schema: Schema, codes: Codes) -> Iterator[ConstraintCheck]:
    outside = ((codes < 0) | (codes >= np.array(schema.sizes))).any(axis=1)
    yield ConstraintCheck("every value is in its column's range or one of its categories", int(outside.sum()))
    for place, column in enumerate(schema.columns):
        if column.unique:
            repeated = len(codes) - len(np.unique(codes[:, place]))
            yield ConstraintCheck(f"no value of {column.name} occurs twice", repeated)
    for constraint in schema.constraints:
        first, second = map(schema.index, constraint.columns)
        allowed = constraint.allowed(schema.columns[first], schema.columns[second])
        broken = int(np.count_nonzero(~allowed[codes[:, first], codes[:, second]]))
        yield ConstraintCheck(rule_text(constraint), broken)


def _condition(condition: Condition) -> str:
    if condition.values:
        more = len(condition.values) - _MOST_VALUES
        shown = " or ".join(condition.values[:_MOST_VALUES])
        return f"{condition.column} = {shown}" + (f" or one of {more:,} more" if more > 0 else "")
    lower = "" if condition.lower is None else f"{condition.lower} <= "
    upper = "" if condition.upper is None else f" <= {condition.upper}"
    return f"{lower}{condition.column}{upper}"
