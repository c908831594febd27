"""The fitness landscape: noisy answers scaled to the table's rows, so that a move finds what it changes.

A table's energy is the sum over all answers of (answer - goal)^2 / (2 sigma^2): minus the log likelihood of the noisy
answers, up to a constant. Residuals are integers, in units of 1/UNIT of a row, so that no number of moves makes them
drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.form import CellTable, Form, HalfSpaceQueries, add_up
from evaluators.synthetic_data.alphabet import Alphabet, alphabet
from evaluators.synthetic_data.cell_layout import CellLayout, cell_layout
from evaluators.synthetic_data.dense_layout import DenseLayout, dense_layout
from evaluators.synthetic_data.measurement import Measurement
from search_spaces.synthetic_data.schema import Schema

UNIT = 64
"""Residuals are counted in this part of a row."""

ROUNDING_SIGMA = 12**-0.5
"""Standard deviation of rounding a goal to whole rows; no table can follow noise below it."""


@dataclass(frozen=True)
class Landscape:
    """What tables of one size are scored by.

    Attributes:
        num_rows: of the tables.
        scale: rows of the tables per private row.
        alphabets: one per column.
        cells: the queries that count each row in one cell.
        dense: the other queries.
        allowed: by pair of columns, bool of shape (letters of the first, letters of the second).
        fixed: columns whose values are at most exchanged between rows: each is its row's own.
        forms: the cell tables, then the other queries.
    """

    num_rows: int
    scale: float
    alphabets: tuple[Alphabet, ...]
    cells: CellLayout
    dense: DenseLayout
    allowed: dict[tuple[int, int], NDArray[np.bool_]]
    fixed: frozenset[int]
    forms: tuple[Form, ...]

    @property
    def num_answers(self) -> int:
        """Number of answers that the energy is summed over."""
        return len(self.cells.goals) + self.dense.size

    def letters(self, codes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Returns a table in letters, column by column: int32 of shape (num_columns, num_rows)."""
        return np.stack([a.letter_of[codes[:, c]] for c, a in enumerate(self.alphabets)])

    def redrawn(
        self, codes: NDArray[np.int32], letters: NDArray[np.int32], rng: np.random.Generator
    ) -> NDArray[np.int32]:
        """Returns a table of the letters given: codes that fit stay, others are drawn; fixed columns are permuted.

        Args:
            codes: int32 of shape (num_rows, num_columns), before.
            letters: int32 of shape (num_columns, num_rows), after.
            rng: source of the draws.
        """
        columns = [
            a.permuted(codes[:, c], letters[c]) if c in self.fixed else a.redrawn(codes[:, c], letters[c], rng)
            for c, a in enumerate(self.alphabets)
        ]
        return np.stack(columns, axis=1)

    def residuals(self, codes: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Counts a table's answers from nothing and returns by what they exceed the goals.

        Args:
            codes: int32 of shape (num_rows, num_columns).

        Returns:
            int32 of shape (num_cells,) and int64 of shape (dense.size,), in units of 1/UNIT row.
        """
        counted = UNIT * add_up(self.forms, codes) if self.forms else np.zeros(0, np.int64)
        num_cells = len(self.cells.goals)
        return (counted[:num_cells] - self.cells.goals).astype(np.int32), counted[num_cells:] - self.dense.goals

    def normalized_loss(self, cells: NDArray[np.int32], dense: NDArray[np.int64]) -> float:
        """Returns the mean of (answer - goal)^2 / sigma^2, which is about 1 for the private table itself.

        Args:
            cells: residuals as of :meth:`residuals`.
            dense: the same.
        """
        squares = np.bincount(self.cells.table_of, (cells / UNIT) ** 2, self.cells.num_tables)
        energy = squares @ self.cells.weights.astype(float) + (dense / UNIT) ** 2 @ self.dense.weights.astype(float)
        return float(2 * energy / max(self.num_answers, 1))


def landscape(schema: Schema, measurements: Sequence[Measurement], num_rows: int, private_rows: float) -> Landscape:
    """Returns the landscape of noisy answers for tables of a size.

    Args:
        schema: of the tables.
        measurements: what was measured.
        num_rows: of the tables.
        private_rows: rows of the private table, known or estimated; answers are scaled by num_rows over it.

    Raises:
        ValueError: when an answer is too large to be counted exactly.
    """
    scale = num_rows / private_rows
    parts = [_Part(form, answers * scale, sigma * scale) for form, answers, sigma in _parts(measurements)]
    forms = [part.form for part in parts]
    alphabets = tuple(alphabet(size, _features(c, forms, schema)) for c, size in enumerate(schema.sizes))
    cells = [part for part in parts if isinstance(part.form, CellTable)]
    dense = [part for part in parts if not isinstance(part.form, CellTable)]
    return Landscape(
        num_rows=num_rows,
        scale=scale,
        alphabets=alphabets,
        cells=cell_layout(
            [part.form for part in cells if isinstance(part.form, CellTable)],
            [part.goals(np.int32) for part in cells],
            [part.weight for part in cells],
            alphabets,
        ),
        dense=dense_layout(
            [part.form for part in dense if not isinstance(part.form, CellTable)],
            [part.goals(np.int64) for part in dense],
            [part.weight for part in dense],
            alphabets,
        ),
        allowed={
            (i, j): allowed[np.ix_(alphabets[i].representatives, alphabets[j].representatives)]
            for (i, j), allowed in schema.allowed_pairs().items()
        },
        fixed=frozenset(c for c, column in enumerate(schema.columns) if column.unique),
        forms=tuple(part.form for part in (*cells, *dense)),
    )


@dataclass(frozen=True)
class _Part:
    """One form of one measurement, scaled to the table's rows."""

    form: Form
    answers: NDArray[np.floating[Any]]
    sigma: float

    @property
    def weight(self) -> float:
        return 0.5 / max(self.sigma, ROUNDING_SIGMA) ** 2

    def goals(self, dtype: type[np.signedinteger]) -> NDArray[Any]:
        scaled: NDArray[np.float64] = np.rint(self.answers * UNIT)
        if np.abs(scaled).max(initial=0) >= np.iinfo(dtype).max // 2:
            raise ValueError(
                f"an answer of {np.abs(self.answers).max():g} rows is too large to be counted exactly; "
                f"synthesize fewer than {np.iinfo(dtype).max // (2 * UNIT):,} rows"
            )
        return scaled.astype(dtype)


def _parts(measurements: Sequence[Measurement]) -> Iterator[tuple[Form, NDArray[np.int64], float]]:
    for measurement in measurements:
        start = 0
        for form in measurement.query.forms:
            yield form, measurement.answers[start : start + form.size], measurement.sigma
            start += form.size


def _features(column: int, forms: Sequence[Form], schema: Schema) -> Iterator[NDArray[np.int32]]:
    """Yields all that tells codes of a column apart."""
    for form in forms:
        if isinstance(form, CellTable):
            if column in form.columns:
                yield form.levels[form.columns.index(column)]
            continue
        luts = (form.weights, form.conditions) if isinstance(form, HalfSpaceQueries) else (form.factors,)
        yield from (lut[column] for lut in luts if column in lut)
    for (i, j), allowed in schema.allowed_pairs().items():
        if column in (i, j):
            yield (allowed if column == i else allowed.T).astype(np.int32)
