"""Measurements and the files that hold them: what the workers get to know of the private table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluators.synthetic_data.measurement import Measurement
from runs.privacy.answers_file import ANSWERS


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A query with its noisy answers, and the release that they are.

    Attributes:
        release_id: names the release within the ledger, and its file.
        measurement: the query, its noisy answers and their noise.
    """

    release_id: str
    measurement: Measurement

    def plain(self, ledger: Path) -> dict[str, Any]:
        """Returns what a worker needs of it, as plain data; it builds the query itself.

        Args:
            ledger: the folder of the ledger.
        """
        return {
            "query": self.measurement.query.name,
            "path": str((ledger / ANSWERS / f"{self.release_id}.npz").resolve()),
            "sigma": self.measurement.sigma,
        }


def of_round(number: int, measurements: Iterable[Measurement]) -> tuple[Measured, ...]:
    """Returns the measurements of a round, whose releases are named by the round and their places in it."""
    return tuple(Measured(f"{number}-{place}", found) for place, found in enumerate(measurements))
