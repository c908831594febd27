"""The constraints of a schema at work: rows checked, redrawn and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from search_spaces.synthetic_data.condition import Mask
from search_spaces.synthetic_data.grid import Codes
from search_spaces.synthetic_data.schema import Schema
from search_spaces.synthetic_data.valid_row import Domains, possible_codes, valid_row

_REJECTIONS = 32
"""Rounds in which broken rows are drawn anew; what is left then is made of valid rows."""

_SWEEPS = 8
"""Gibbs sweeps that take such a row away from the valid one that it was copied from."""

_CHUNK_CELLS = 2**22
"""Rows x codes that are looked at together."""


@dataclass(frozen=True, slots=True, eq=False)
class RowRules:
    """What a cell may hold, given the rest of its row.

    Attributes:
        schema: what rows obey.
    """

    schema: Schema
    _partners: tuple[tuple[tuple[int, Mask], ...], ...] = field(init=False, repr=False)
    _blocks: tuple[tuple[int, ...], ...] = field(init=False, repr=False)
    _domains: Domains = field(init=False, repr=False)
    _witness: Mapping[int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        pairs = self.schema.allowed_pairs()
        partners: list[list[tuple[int, Mask]]] = [[] for _ in self.schema.columns]
        for (i, j), allowed in pairs.items():
            # by rows, since the codes that go with the other column's are what is looked up
            partners[j].append((i, np.ascontiguousarray(allowed)))
            partners[i].append((j, np.ascontiguousarray(allowed.T)))
        domains = possible_codes(pairs)
        object.__setattr__(self, "_partners", tuple(map(tuple, partners)))
        object.__setattr__(self, "_blocks", _linked(pairs))
        object.__setattr__(self, "_domains", domains)
        object.__setattr__(self, "_witness", valid_row(domains, pairs))

    def broken(self, codes: Codes) -> Mask:
        """Tells which rows break a constraint, ``(num_rows,)``.

        Args:
            codes: ``(num_rows, num_columns)``, each in its column's range.
        """
        broken = np.zeros(len(codes), dtype=bool)
        for (i, j), allowed in self.schema.allowed_pairs().items():
            broken |= ~allowed[codes[:, i], codes[:, j]]
        return broken

    def allowed(self, codes: Codes, column: int) -> Mask:
        """Tells which codes of a column each row may hold, its other cells as they are, ``(num_rows, size)``."""
        mask = np.ones((len(codes), self.schema.columns[column].size), dtype=bool)
        for other, allowed in self._partners[column]:
            mask &= allowed[codes[:, other]]
        return mask

    def draw(self, num_rows: int, generator: np.random.Generator) -> Codes:
        """Draws rows whose columns are uniform, given that they obey the constraints; values of ids are distinct.

        Rows that rejection does not find in time are valid rows moved by Gibbs sampling.

        Returns:
            int32 ``(num_rows, num_columns)``.
        """
        codes = np.zeros((num_rows, len(self.schema.columns)), dtype=np.int32)
        for i, column in enumerate(self.schema.columns):
            if column.unique:
                codes[:, i] = generator.choice(column.size, num_rows, replace=False)
            elif i in self._witness:
                codes[:, i] = self._witness[i]
            else:
                codes[:, i] = generator.integers(0, column.size, num_rows)
        for block in self._blocks:
            self._draw_block(codes, block, generator)
        return codes

    def _draw_block(self, codes: Codes, block: tuple[int, ...], generator: np.random.Generator) -> None:
        """Draws linked columns in place; all rows are valid before and after."""
        todo = np.arange(len(codes))
        for _ in range(_REJECTIONS):
            for column in block:
                codes[todo, column] = generator.choice(np.flatnonzero(self._domains[column]), len(todo))
            todo = todo[self.broken(codes[todo])]
            if not len(todo):
                return
        columns = list(block)
        valid = np.setdiff1d(np.arange(len(codes)), todo)
        rows = codes[todo]
        if len(valid):
            rows[:, columns] = codes[generator.choice(valid, len(todo))][:, columns]
        else:
            rows[:, columns] = [self._witness[column] for column in columns]
        for _ in range(_SWEEPS):
            for column in columns:
                self._redraw(rows, column, generator)
        codes[todo] = rows

    def _redraw(self, codes: Codes, column: int, generator: np.random.Generator) -> None:
        """Draws the cells of a column anew in place, uniformly among what their rows, which are valid, allow."""
        step = max(1, _CHUNK_CELLS // self.schema.columns[column].size)
        for start in range(0, len(codes), step):
            rows = codes[start : start + step]
            counts = self.allowed(rows, column).cumsum(axis=1, dtype=np.int32)
            picked = generator.integers(0, counts[:, -1])
            rows[:, column] = (counts > picked[:, None]).argmax(axis=1)


def _linked(pairs: Mapping[tuple[int, int], Mask]) -> tuple[tuple[int, ...], ...]:
    """Returns the sets of columns that constraints link, directly or through others."""
    blocks: list[set[int]] = []
    for pair in pairs:
        joined = set(pair).union(*(block for block in blocks if block & set(pair)))
        blocks = [*(block for block in blocks if not block & joined), joined]
    return tuple(tuple(sorted(block)) for block in blocks)


def check_codes(schema: Schema, codes: Codes) -> None:
    """Refuses codes that are no table under a schema.

    Args:
        schema: what the table must obey.
        codes: int32 ``(num_rows, num_columns)``.

    Raises:
        ValueError: for the wrong number of columns, a code out of range, a value of an id that occurs twice or a
            broken constraint, naming column and row.
    """
    if codes.ndim != 2 or codes.shape[1] != len(schema.columns):
        raise ValueError(f"codes must have {len(schema.columns)} columns as the schema, not the shape {codes.shape}")
    for i, column in enumerate(schema.columns):
        outside = (codes[:, i] < 0) | (codes[:, i] >= column.size)
        if outside.any():
            row = int(outside.argmax())
            raise ValueError(f"column {column.name!r}: code {codes[row, i]} of row {row} is not below {column.size}")
        if column.unique and len(np.unique(codes[:, i])) < len(codes):
            raise ValueError(f"column {column.name!r}: is unique, yet a value occurs twice")
    for (i, j), allowed in schema.allowed_pairs().items():
        broken = ~allowed[codes[:, i], codes[:, j]]
        if broken.any():
            row = int(broken.argmax())
            first, second = schema.columns[i], schema.columns[j]
            raise ValueError(
                f"row {row}: {first.name} = {first.label(int(codes[row, i]))} and {second.name} = "
                f"{second.label(int(codes[row, j]))} break a constraint of the schema"
            )
