"""Individuals, which a search may breed from, and records, one row for every candidate."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from engine.verdict import Status

G = TypeVar("G")


class Individual(NamedTuple, Generic[G]):
    """A scored candidate.

    Attributes:
        id: the candidate's id, unique in the run: ``(epoch * islands + island) * epoch_size + index``.
        genome: the genome as it was scored, constants fitted.
        objectives: finite figures to minimise, one per objective of the evaluator.
        fingerprint: of the canonical genome.
        parents: ids of the parents.
        epoch: in which it was scored.
    """

    id: int
    genome: G
    objectives: tuple[float, ...]
    fingerprint: int
    parents: tuple[int, ...]
    epoch: int


class Record(NamedTuple):
    """One row of the evaluation table: how a candidate was made and how it ended.

    Attributes:
        id: the candidate's id.
        parents: ids of the parents.
        epoch: in which it was made.
        island: on which it was made.
        genome: as of :func:`engine.protocols.table_text`; empty for a candidate that failed while it was made.
        status: how it ended.
        protocol: the rejection protocol, if one turned it away.
        figure: the figure that failed the protocol.
        cause: one line on a crash or time-out.
        duplicate_of: the candidate that this one equals, or -1.
        objectives: one value per objective when scored.
        metrics: further figures by name.
        operator: ``random``, ``mutate`` or ``crossover``.
        seconds: wall-clock share of the evaluation; this and ``stages`` alone differ between equal runs.
        stages: wall-clock time by protocol or stage, where the evaluator measures it.
    """

    id: int
    parents: tuple[int, ...]
    epoch: int
    island: int
    genome: str
    status: Status
    protocol: str
    figure: float
    cause: str
    duplicate_of: int
    objectives: tuple[float, ...]
    metrics: dict[str, float]
    operator: str
    seconds: float
    stages: dict[str, float]


def is_comparable(objectives: tuple[float, ...]) -> bool:
    """Tells whether all figures are finite, as NaN or infinity may enter no comparison."""
    return all(map(math.isfinite, objectives))


def distinct(individuals: Iterable[Individual[G]]) -> list[Individual[G]]:
    """Keeps the best individual of each fingerprint, in order of first appearance."""
    best: dict[int, Individual[G]] = {}
    for individual in individuals:
        known = best.get(individual.fingerprint)
        if known is None or individual.objectives < known.objectives:
            best[individual.fingerprint] = individual
    return list(best.values())
