"""What each protocol turned away, what that cost, and what it saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from runs.folder.table import part_paths, read_parquet

DUPLICATE = "duplicate"
"""The stage at which a candidate is recognised as known."""


@dataclass(frozen=True, slots=True)
class ProtocolCost:
    """One protocol of a run.

    Attributes:
        name: of the protocol.
        met: candidates that came to it.
        turned_away: of these.
        seconds: that it took, of all workers together.
        saved: seconds that the candidates turned away would have taken further on: their number times the mean of those
            that it let pass; of duplicates, what their originals took.
    """

    name: str
    met: int
    turned_away: int
    seconds: float
    saved: float


def protocol_costs(evaluations: Path, order: Sequence[str]) -> tuple[ProtocolCost, ...]:
    """Returns the protocols and further stages of a run in their order; the last saves nothing.

    Args:
        evaluations: the folder of the evaluation table.
        order: names of the protocols and stages, cheap to dear; one that is not among them comes last.

    Raises:
        ValueError: naming the part of the table that is missing or broken.
    """
    columns = ["id", "status", "protocol", "duplicate_of", "stages"]
    parts = [read_parquet(path, columns) for path in part_paths(evaluations)]
    if not parts:
        return ()
    table = pa.concat_tables([part.cast(_plain(part.schema)) for part in parts]).combine_chunks()
    seconds = _seconds(table["stages"])
    rejected_by = np.where(_texts(table, "status") == "rejected", _texts(table, "protocol"), "")

    def position(name: str) -> tuple[int, str]:
        return (order.index(name) if name in order else len(order), name)

    names = sorted({*seconds, *filter(None, rejected_by.tolist())}, key=position)
    costs = [_cost(name, names[i + 1 :], seconds, rejected_by) for i, name in enumerate(names) if name != DUPLICATE]
    repeats = _duplicates(table, seconds)
    costs += [repeats] if repeats.met else []
    return tuple(sorted(costs, key=lambda cost: position(cost.name)))


def _plain(schema: pa.Schema) -> pa.Schema:
    """Returns a schema without dictionaries, which differ from part to part."""
    plain = [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in schema]
    return pa.schema(plain)


def _texts(table: pa.Table, name: str) -> NDArray[Any]:
    return np.array([text or "" for text in table[name].to_pylist()], dtype=np.str_)


def _seconds(stages: pa.ChunkedArray) -> dict[str, NDArray[np.float64]]:
    """Returns the seconds of every candidate by stage, NaN where it did not come to it."""
    rows, keys, values = [], [], []
    for row, pairs in enumerate(stages.to_pylist()):
        for key, value in pairs or ():
            rows.append(row)
            keys.append(key)
            values.append(value)
    found: dict[str, NDArray[np.float64]] = {}
    for row, key, value in zip(rows, keys, values, strict=True):
        found.setdefault(key, np.full(len(stages), np.nan))[row] = value
    return found


def _cost(
    name: str, later: Sequence[str], seconds: Mapping[str, NDArray[np.float64]], rejected_by: NDArray[Any]
) -> ProtocolCost:
    turned_away = rejected_by == name
    own = seconds.get(name, np.full(len(rejected_by), np.nan))
    met = turned_away | ~np.isnan(own)
    passed = met & ~turned_away
    further = sum((np.nansum(seconds[stage][passed]) for stage in later if stage in seconds), 0.0)
    saved = float(turned_away.sum() * further / passed.sum()) if passed.any() else 0.0
    return ProtocolCost(name, int(met.sum()), int(turned_away.sum()), float(np.nansum(own)), saved)


def _duplicates(table: pa.Table, seconds: Mapping[str, NDArray[np.float64]]) -> ProtocolCost:
    """Returns what was saved by not evaluating again what was known."""
    ids, originals = (table[name].to_numpy() for name in ("id", "duplicate_of"))
    repeats = _texts(table, "status") == DUPLICATE
    total = np.zeros(len(ids))
    for stage in seconds.values():
        total += np.nan_to_num(stage)
    places = np.searchsorted(ids, originals[repeats])
    own = seconds.get(DUPLICATE, np.full(len(ids), np.nan))
    met, turned_away = int((repeats | ~np.isnan(own)).sum()), int(repeats.sum())
    return ProtocolCost(DUPLICATE, met, turned_away, float(np.nansum(own)), float(total[places].sum()))
