"""What the values of one column look like, gathered batch by batch in bounded memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from runs.tables.values import NULL_SPELLINGS, days, numbers, plain, texts
from search_spaces.synthetic_data.days import day_text
from search_spaces.synthetic_data.grid import FARTHEST

MOST_CATEGORIES = 1_000
"""The most texts of a column that can be one of categories."""

_READERS = {"date": days, "number": numbers}

# such as the postal code 02139, which a number would cut short
_LEADING_ZERO = "^-?0[0-9]"


class Sketch:
    """A guess at a column, from all its values so far.

    Attributes:
        missing: whether some value was missing.
        repeats: whether some value occurred twice within one batch.
    """

    def __init__(self) -> None:
        self.missing = False
        self.repeats = False
        self._texts: set[str] = set()
        self._possible = set(_READERS)
        self._whole = True
        self._range: tuple[Any, Any] | None = None

    def add(self, values: pa.Array) -> None:
        """Takes further values into account.

        Raises:
            ValueError: for a type of nested values or of bytes.
        """
        encoded = plain(values).dictionary_encode()
        distinct = encoded.dictionary
        trimmed = pc.utf8_trim_whitespace(texts(distinct))
        present = trimmed.filter(pc.invert(pc.is_in(trimmed, pa.array(NULL_SPELLINGS))))
        self.missing |= encoded.null_count > 0 or len(present) < len(trimmed)
        self.repeats |= len(distinct) + encoded.null_count < len(encoded)
        if len(self._texts) <= MOST_CATEGORIES:
            self._texts.update(present.to_pylist())
        if pc.any(pc.match_substring_regex(present, _LEADING_ZERO)).as_py():
            self._possible.discard("number")
        for kind in tuple(self._possible):
            self._widen(kind, distinct)

    def keys(self) -> dict[str, Any] | None:
        """Returns the column's section of a schema, None where no kind fits."""
        kind = self._kind()
        return {**kind, **({"missing": True} if self.missing else {})} if kind else None

    def _widen(self, kind: str, distinct: pa.Array) -> None:
        """Takes numbers or dates into the range, or strikes the kind out if some value is of another."""
        read = list(_READERS[kind](distinct))
        if sum(len(places) for places, _ in read) < len(distinct):
            self._possible.discard(kind)
            return
        for _, found in read:
            finite = found[np.isfinite(found)]
            self._whole &= bool(np.all(finite == np.rint(finite)))
            if len(finite):
                ends = *(self._range or ()), finite.min().item(), finite.max().item()
                self._range = min(ends), max(ends)

    def _kind(self) -> dict[str, Any] | None:
        if self._texts and {text.lower() for text in self._texts} <= {"false", "true"}:
            return {"kind": "boolean"}
        if self._range and self._possible:
            lower, upper = self._range
            if "date" in self._possible:
                return {"kind": "date", "lower": day_text(int(lower)), "upper": day_text(int(upper))}
            if self._whole and max(-lower, upper) <= FARTHEST:
                return {"kind": "integer", "lower": int(lower), "upper": int(upper)}
            return {"kind": "real", "lower": float(lower), "upper": float(upper)}
        if 0 < len(self._texts) <= MOST_CATEGORIES:
            return {"kind": "categorical", "categories": sorted(self._texts)}
        return None
