"""Alphabets: the codes of a column that no query and no constraint tells apart are one letter of evolution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters of a column.

    Attributes:
        letter_of: int32 of shape (num_codes,): the letter of each code.
        members: int32 of shape (num_codes,): the codes, letter by letter.
        starts: int32 of shape (num_letters + 1,): where each letter's codes begin in ``members``.
    """

    letter_of: NDArray[np.int32]
    members: NDArray[np.int32]
    starts: NDArray[np.int32]

    @property
    def size(self) -> int:
        """Number of letters."""
        return len(self.starts) - 1

    @property
    def multiplicities(self) -> NDArray[np.int32]:
        """How many codes each letter stands for."""
        return np.diff(self.starts)

    @property
    def representatives(self) -> NDArray[np.int32]:
        """One code of each letter."""
        return self.members[self.starts[:-1]]

    def redrawn(
        self, codes: NDArray[np.int32], letters: NDArray[np.int32], rng: np.random.Generator
    ) -> NDArray[np.int32]:
        """Returns codes of the letters given, the old ones where they fit and others drawn uniformly.

        Args:
            codes: int32 of shape (num_rows,), before.
            letters: int32 of shape (num_rows,), after.
            rng: source of the draws.
        """
        drawn = rng.integers(0, self.multiplicities[letters], dtype=np.int32)
        fresh = self.members[self.starts[letters] + drawn]
        return np.where(self.letter_of[codes] == letters, codes, fresh).astype(np.int32)

    def permuted(self, codes: NDArray[np.int32], letters: NDArray[np.int32]) -> NDArray[np.int32]:
        """Returns the old codes in another order, so that they are of the letters given; as few as can be change place.

        Args:
            codes: int32 of shape (num_rows,), before.
            letters: int32 of shape (num_rows,): the letters of the codes in another order.
        """
        before = self.letter_of[codes]
        moved = np.flatnonzero(before != letters)
        after = codes.copy()
        after[moved[np.argsort(letters[moved], kind="stable")]] = codes[moved[np.argsort(before[moved], kind="stable")]]
        return after


def alphabet(num_codes: int, features: Iterable[NDArray[np.int32]]) -> Alphabet:
    """Returns the alphabet of a column: two codes are one letter when all features are equal.

    Args:
        num_codes: of the column.
        features: arrays of shape (num_codes,) or (num_codes, any).
    """
    letters = np.zeros(num_codes, np.int64)
    for feature in features:
        _, kind = np.unique(feature, axis=0, return_inverse=True)
        _, letters = np.unique(letters * num_codes + kind.reshape(-1), return_inverse=True)
    members = np.argsort(letters, kind="stable").astype(np.int32)
    starts = np.concatenate(([0], np.cumsum(np.bincount(letters)))).astype(np.int32)
    return Alphabet(letters.astype(np.int32), members, starts)
