"""A query: answers that are measured together, with noise of one scale, and how far one row can move them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from evaluators.queries.blocks import CHUNK_ROWS, Codes
from evaluators.queries.form import CellTable, Form, add_up

NEIGHBOURS = ("add_remove", "replace")
"""Tables are neighbours when one has a row more than the other, or when they differ in one row."""


@dataclass(frozen=True, eq=False)
class Query:
    """Answers that are measured together.

    Attributes:
        kind: the class of queries that it is of, a name in :data:`evaluators.queries.QUERIES`.
        name: says what it asks; queries of one name ask the same.
        forms: what its answers are made of, one form after the other.
        norms: by the relation of neighbours, an upper bound on the L2 distance of the answers of two neighbours.
        labeller: gives the readable name of an answer.
    """

    kind: str
    name: str
    forms: tuple[Form, ...]
    norms: Mapping[str, float]
    labeller: Callable[[int], str]

    @property
    def size(self) -> int:
        """Number of answers."""
        return sum(form.size for form in self.forms)

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns that it looks at."""
        return tuple(sorted({column for form in self.forms for column in form.columns}))

    @property
    def unit_changes(self) -> dict[str, int] | None:
        """How many answers differ at most between neighbours, when each differs by exactly 1; else None.

        Only tables of cells are so: a row leaves one cell of each, and its replacement enters another one.
        """
        if all(isinstance(form, CellTable) for form in self.forms):
            return {"add_remove": len(self.forms), "replace": 2 * len(self.forms)}
        return None

    def answers(self, codes: Codes, chunk_rows: int = CHUNK_ROWS) -> NDArray[np.int64]:
        """Returns the exact answers of a table of codes, ``(size,)``."""
        return add_up(self.forms, codes, chunk_rows)

    def label(self, index: int) -> str:
        """Returns the readable name of an answer."""
        if not 0 <= index < self.size:
            raise IndexError(f"{self.name} has {self.size} answers, there is none at {index}")
        return self.labeller(index)

    def same_as(self, other: Query) -> bool:
        """Whether two queries ask the same and would be measured the same way."""
        return dict(self.norms) == dict(other.norms) and _content(self) == _content(other)


def answer_all(queries: Sequence[Query], codes: Codes, chunk_rows: int = CHUNK_ROWS) -> list[NDArray[np.int64]]:
    """Returns the exact answers of each query, read in one pass over the table."""
    if not queries:
        return []
    together = add_up((form for query in queries for form in query.forms), codes, chunk_rows)
    return np.split(together, list(accumulate(query.size for query in queries))[:-1])


def _content(query: Query) -> list[tuple[object, ...]]:
    return [_form_content(form) for form in query.forms]


def _form_content(form: Form) -> tuple[object, ...]:
    if isinstance(form, CellTable):
        parts = [dict(zip(form.columns, form.levels, strict=True))]
    else:
        parts = [dict(getattr(form, name)) for name in ("factors", "weights", "conditions") if hasattr(form, name)]
    arrays = [(column, array.shape, array.tobytes()) for part in parts for column, array in part.items()]
    thresholds = getattr(form, "thresholds", None)
    return type(form).__name__, arrays, None if thresholds is None else thresholds.tobytes()
