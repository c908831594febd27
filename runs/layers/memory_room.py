"""Whether the device ran out of memory, as the candidates of a run tell."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from evaluators.norm_act_layers.candidate import ROOM
from runs.folder.table import part_paths, read_parquet


def memory_room(evaluations: Path) -> int:
    """Returns how many candidates were trained at a time at least, once memory had run out; 0 if it never did.

    Args:
        evaluations: the folder of the evaluation table.

    Raises:
        ValueError: naming the part of the table that is missing or broken.
    """
    metrics = [chunk for path in part_paths(evaluations) for chunk in read_parquet(path, ["metrics"])["metrics"].chunks]
    rooms = [_rooms(chunk) for chunk in metrics]
    return int(min((room for room in rooms if room), default=0))


def _rooms(metrics: pa.MapArray) -> float:
    """Returns the least room that is noted, 0 where none is."""
    least = pc.min(metrics.items.filter(pc.equal(metrics.keys, ROOM))).as_py()
    return least or 0.0
