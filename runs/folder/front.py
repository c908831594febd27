"""The Pareto front of a run: the scored programs that no other scored program dominates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.individual import Record, is_comparable


@dataclass(frozen=True, slots=True)
class FrontEntry:
    """One program of the front.

    Attributes:
        id: the candidate's id in the evaluation table.
        objectives: one finite value per objective of the evaluator, in order.
        genome: the encoded program.
    """

    id: int
    objectives: tuple[float, ...]
    genome: str


def dominates(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    """Says whether the first is at most the second in every objective; the earlier of two equals wins."""
    return all(a <= b for a, b in zip(first, second, strict=True))


def extended(front: tuple[FrontEntry, ...], records: Iterable[Record]) -> tuple[FrontEntry, ...]:
    """Returns the front of what was on it and new records, sorted by its objectives.

    Args:
        front: the front of all earlier candidates.
        records: the candidates that followed, in order; those without objectives are passed over.
    """
    entries = list(front)
    for record in records:
        point = record.objectives
        if not point or not is_comparable(point):
            continue
        if not any(dominates(entry.objectives, point) for entry in entries):
            entries = [entry for entry in entries if not dominates(point, entry.objectives)]
            entries.append(FrontEntry(record.id, point, record.genome))
    if len(entries) == len(front) and all(new is old for new, old in zip(entries, front, strict=True)):
        return front
    return tuple(sorted(entries, key=lambda entry: entry.objectives))
