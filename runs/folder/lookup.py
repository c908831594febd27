"""Rows of the evaluation table by id, and a program's ancestors."""

from __future__ import annotations

import bisect
import heapq
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow.compute as pc

from runs.folder.table import part_paths, read_parquet

RowData: TypeAlias = dict[str, Any]
"""One row of the evaluation table by column."""


class RowLookup:
    """Finds rows by id; ids ascend over the parts, so a row costs the reading of one part at most."""

    def __init__(self, folder: Path) -> None:
        """Reads the first id of each part.

        Raises:
            ValueError: naming the part that is missing or broken.
        """
        ids = {path: read_parquet(path, ["id"])["id"] for path in part_paths(folder)}
        self._paths = [path for path, column in ids.items() if len(column)]
        self._first_ids = [ids[path][0].as_py() for path in self._paths]
        self._part = -1
        self._table: Any = None

    def find(self, identity: int) -> RowData | None:
        """Returns the row with an id, None when there is none."""
        part = bisect.bisect_right(self._first_ids, identity) - 1
        if part < 0:
            return None
        if part != self._part:
            self._part, self._table = part, read_parquet(self._paths[part])
        position = pc.index(self._table["id"], identity).as_py()
        if position < 0:
            return None
        row: RowData = self._table.slice(position, 1).to_pylist()[0]
        return row


def ancestors(lookup: RowLookup, identity: int, limit: int = 200) -> list[RowData]:
    """Returns a program's row and those of its ancestors, youngest first.

    Parents are older than their children, so walking ids downwards reads every part once.

    Args:
        lookup: of the run's table.
        identity: the program's id.
        limit: the most rows to return.
    """
    found: list[RowData] = []
    waiting, seen = [-identity], {identity}
    while waiting and len(found) < limit:
        row = lookup.find(-heapq.heappop(waiting))
        if row is None:
            continue
        found.append(row)
        for parent in row["parents"] or ():
            if parent not in seen:
                seen.add(parent)
                heapq.heappush(waiting, -parent)
    return found
