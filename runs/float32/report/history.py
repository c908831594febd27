"""What the evaluation table tells of a search's course: the least cost, candidate by candidate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from runs.float32.report.data import Course
from runs.folder.table import part_paths, read_parquet


def read_course(folder: Path, rows: int, label: str, front: Sequence[tuple[float, float]]) -> Course:
    """Reads the course of a search, one part of the table in memory at a time.

    Args:
        folder: of the table's parts.
        rows: how many rows of the table belong to the run.
        label: of the search.
        front: pairs (cost, greatest error).
    """
    candidates: list[int] = []
    costs: list[float] = []
    first = 0
    for path in part_paths(folder):
        if first >= rows:
            break
        table = read_parquet(path, ["cost"]).slice(0, rows - first)
        values = np.nan_to_num(table["cost"].to_numpy(zero_copy_only=False), nan=np.inf, posinf=np.inf)
        before = np.minimum.accumulate(np.concatenate([[costs[-1] if costs else np.inf], values]))[:-1]
        for index in np.flatnonzero(values < before):
            candidates.append(first + 1 + int(index))
            costs.append(float(values[index]))
        first += len(table)
    return Course(label, tuple(candidates), tuple(costs), rows, tuple(front))
