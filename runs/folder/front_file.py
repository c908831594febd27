"""front.parquet: the Pareto front with its formulas and, once proven, its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.protocols import Objective
from runs.folder.atomic import FORMAT, FORMAT_KEY
from runs.folder.table import objective_fields, read_parquet, write_parquet


@dataclass(frozen=True, slots=True)
class FrontRow:
    """One program of the front, as front.parquet holds it.

    Attributes:
        id: the candidate's id in the evaluation table.
        objectives: one value per objective, in order.
        formula: for people, with rounded constants.
        genome: the encoded program, exact.
        measured: the largest error found by a dense scan of the domain, None before the proof.
        proven: a rigorous upper bound of the error over the whole domain, None when there is no proof.
    """

    id: int
    objectives: tuple[float, ...]
    formula: str
    genome: str
    measured: float | None = None
    proven: float | None = None


def front_schema(objectives: Sequence[Objective]) -> pa.Schema:
    """Returns the schema: fixed columns and one per objective, with its unit in the field's metadata."""
    fields = [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("formula", pa.string()),
        *objective_fields(objectives),
        pa.field("measured_error", pa.float64(), metadata={"unit": "1"}),
        pa.field("proven_bound", pa.float64(), metadata={"unit": "1"}),
        pa.field("genome", pa.string()),
    ]
    return pa.schema(fields, metadata={FORMAT_KEY: str(FORMAT)})


def write_front_file(path: Path, objectives: Sequence[Objective], rows: Sequence[FrontRow]) -> None:
    """Writes the front atomically.

    Raises:
        ValueError: when the disk is full.
    """
    columns: dict[str, list[Any]] = {
        "id": [row.id for row in rows],
        "formula": [row.formula for row in rows],
        "measured_error": [row.measured for row in rows],
        "proven_bound": [row.proven for row in rows],
        "genome": [row.genome for row in rows],
    }
    for position, objective in enumerate(objectives):
        columns[objective.name] = [row.objectives[position] for row in rows]
    write_parquet(pa.table(columns, schema=front_schema(objectives)), path)


def read_front_file(path: Path) -> tuple[tuple[Objective, ...], tuple[FrontRow, ...]]:
    """Reads the objectives and the rows of a front, sorted by the objectives.

    Raises:
        ValueError: naming the file when it is missing, truncated, foreign or of a newer format.
    """
    table = read_parquet(path)
    objectives = tuple(
        Objective(field.name, field.metadata[b"unit"].decode(), field.metadata[b"log_scale"] == b"true")
        for field in table.schema
        if {b"unit", b"log_scale"} <= set(field.metadata or {})
    )
    required = ("formula", "genome", *(objective.name for objective in objectives))
    if not table.schema.equals(front_schema(objectives)) or any(table[name].null_count for name in required):
        raise ValueError(f"{str(path)!r} has not the columns of a front, or gaps in them; restore it")
    rows = [
        FrontRow(
            id=row["id"],
            objectives=tuple(row[objective.name] for objective in objectives),
            formula=row["formula"],
            genome=row["genome"],
            measured=row["measured_error"],
            proven=row["proven_bound"],
        )
        for row in table.to_pylist()
    ]
    return objectives, tuple(sorted(rows, key=lambda row: row.objectives))
