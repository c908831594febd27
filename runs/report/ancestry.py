"""The nearest ancestors of every program of the front, in one walk through the evaluation table."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from runs.folder.table import part_paths, read_parquet
from runs.report.data import Ancestor
from search_spaces.formula import formula_text
from search_spaces.program import decode

MOST_ANCESTORS = 40

_DIGITS = 5


@dataclass(slots=True)
class Lineage:
    """The ancestors of one program found so far.

    Attributes:
        ancestors: youngest first, without the program itself.
        is_whole: whether no ancestor was left out.
    """

    ancestors: list[Ancestor] = field(default_factory=list)
    is_whole: bool = True


def read_lineages(folder: Path, identities: Iterable[int], error: str) -> dict[int, Lineage]:
    """Reads the nearest ancestors of several programs.

    Parents are older than their children and ids ascend over the table, so that walking ids downwards reads each
    part once, for all the programs together.

    Args:
        folder: of the table's parts.
        identities: the ids of the programs.
        error: the column of the error.

    Returns:
        per program its lineage, at most ``MOST_ANCESTORS`` long.
    """
    lineages = {identity: Lineage() for identity in identities}
    waiting = _Waiting(lineages)
    for path in reversed(part_paths(folder)):
        if not waiting:
            break
        table = read_parquet(path, ["id", "parents", "operator", "genome", error])
        ids = table["id"].to_numpy()
        while len(ids) and waiting and waiting.youngest >= ids[0]:
            identity, descendants = waiting.pop()
            position = int(np.searchsorted(ids, identity))
            if position < len(ids) and ids[position] == identity:
                row: dict[str, Any] = table.slice(position, 1).to_pylist()[0]
                _visit(row, descendants, lineages, waiting, error)
    return lineages


class _Waiting:
    """The ids to visit, youngest first, each with the programs that descend from it."""

    def __init__(self, identities: Iterable[int]) -> None:
        self._descendants: dict[int, set[int]] = defaultdict(set)
        self._queue: list[int] = []
        for identity in identities:
            self.add(identity, identity)

    def __bool__(self) -> bool:
        return bool(self._queue)

    @property
    def youngest(self) -> int:
        return -self._queue[0]

    def add(self, identity: int, descendant: int) -> None:
        if identity not in self._descendants:
            heapq.heappush(self._queue, -identity)
        self._descendants[identity].add(descendant)

    def pop(self) -> tuple[int, set[int]]:
        identity = -heapq.heappop(self._queue)
        return identity, self._descendants.pop(identity)


def _visit(
    row: dict[str, Any], descendants: set[int], lineages: dict[int, Lineage], waiting: _Waiting, error: str
) -> None:
    for program in descendants:
        lineage = lineages[program]
        if len(lineage.ancestors) >= MOST_ANCESTORS:
            lineage.is_whole = False
            continue
        if row["id"] != program:
            lineage.ancestors.append(_ancestor(row, error))
        for parent in row["parents"] or ():
            waiting.add(parent, program)


def _ancestor(row: dict[str, Any], error: str) -> Ancestor:
    program = decode(row["genome"])
    return Ancestor(
        id=str(row["id"]),
        operator=row["operator"],
        operations=program.operations,
        error=math.nan if row[error] is None else row[error],
        formula=formula_text(program, _DIGITS),
    )
