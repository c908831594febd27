"""Rows of the interpreter's code before they have registers: fused where that saves one, and ordered in runs."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple, TypeAlias

from evaluators.norm_act_layers.interpreter.opcodes import WIDE

Key: TypeAlias = tuple[str, int]
"""A place that has no register yet, ``("value", v)``, or ``("sum", v)`` of an average over the batch; a row of the
table, ``("slot", s)``; or :data:`OUTPUT`."""

OUTPUT: Key = ("output", 0)
"""The block of the output, kept in the tensor from pass to pass."""


class Row(NamedTuple):
    """One step: an opcode's name, its operands, and where the result goes."""

    name: str
    operands: tuple[Key, ...]
    out: Key


class Run(NamedTuple):
    """Rows that are run one after the other.

    Attributes:
        narrow: elementwise; all of them on a few lanes at a time, so that what they pass on stays in the nearest cache.
        wide: averages and the like, behind them on whole blocks.
    """

    narrow: list[Row]
    wide: list[Row]


_FUSED = {
    ("add", 0): "multiply_add",
    ("add", 1): "multiply_add",
    ("sub", 0): "multiply_sub",
    ("sub", 1): "multiply_from",
}
"""By the operation and the place of the product among its operands."""


def fuse(rows: list[Row]) -> list[Row]:
    """Fuses products with the sum that they are used in, if they are used there only."""
    uses = Counter(key for row in rows for key in row.operands)
    products = {row.out: row for row in rows if row.name == "mul" and uses[row.out] == 1}
    found: list[Row] = []
    for row in rows:
        place = next((i for i, key in enumerate(row.operands) if key in products), -1)
        name = _FUSED.get((row.name, place))
        if name:
            product = products.pop(row.operands[place])
            found[:] = [other for other in found if other is not product]
            row = Row(name, (*product.operands, row.operands[1 - place]), row.out)
        found.append(row)
    return found


def without_copy(rows: list[Row]) -> list[Row]:
    """Lets the last value be written where it is copied to, if it is used for nothing else."""
    if not rows or rows[-1].name != "copy":
        return rows
    (key,), out = rows[-1].operands, rows[-1].out
    uses = sum(key in row.operands for row in rows)
    made = [row for row in rows if row.out == key]
    if uses != 1 or not made:
        return rows
    return [*(row for row in rows[:-1] if row is not made[0]), made[0]._replace(out=out)]


def in_runs(rows: list[Row]) -> list[Run]:
    """Orders rows in as few runs as possible; operands stay before their users."""
    ready: dict[Key, int] = {}
    runs: list[Run] = []
    for row in rows:
        number = max((ready.get(key, 0) for key in (*row.operands, row.out)), default=0)
        while len(runs) <= number:
            runs.append(Run([], []))
        wide = row.name in WIDE
        (runs[number].wide if wide else runs[number].narrow).append(row)
        ready[row.out] = number + wide
    return runs
