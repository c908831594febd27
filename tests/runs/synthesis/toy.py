"""An evolution of tables that needs no JAX: cells are redrawn one by one and kept when the answers get closer."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.protocols import Objective
from engine.verdict import Evaluation, Status, Verdict
from evaluators.queries import build_queries
from evaluators.queries.query import Query
from runs.job.schema import read
from runs.job.source import job_data, make_job
from runs.synthesis import problem, session
from runs.synthesis.job import SyntheticDataJob
from search_spaces.synthetic_data.schema import schema_from_data
from search_spaces.synthetic_data.table import Table

SCHEMA = """
[columns.colour]
kind = "categorical"
categories = ["red", "green", "blue"]
[columns.size]
kind = "integer"
lower = 1
upper = 4
missing = true
[columns.sold]
kind = "boolean"
[[constraints]]
kind = "forbidden"
where = { colour = ["blue"], sold = ["true"] }
"""


class ToyTables:
    objectives = (Objective("rows", "rows", False), Objective("normalized_loss", "1", True))
    protocols = ("constraints",)

    def __init__(self, schema: Any, measured: Any, private_rows: float, evolution: Any, delay: float) -> None:
        self.schema, self.measured, self.private_rows = schema, measured, private_rows
        self.sweeps, self.delay = evolution["sweeps_per_epoch"], delay

    def evaluate(self, genomes: Sequence[Table], key: int) -> list[Evaluation[Table]]:
        time.sleep(self.delay)
        return [self.refine(self._evolved(genome, np.random.default_rng(key))) for genome in genomes]

    def refine(self, genome: Table) -> Evaluation[Table]:
        objectives = (float(genome.num_rows), self._loss(genome.codes))
        return Evaluation(genome, Verdict(Status.SCORED, objectives=objectives), {"sweeps": float(genome.sweeps)})

    def _evolved(self, genome: Table, rng: np.random.Generator) -> Table:
        codes, loss = genome.codes.copy(), self._loss(genome.codes)
        for _ in range(20 * self.sweeps):
            row, column = rng.integers(len(codes)), rng.integers(codes.shape[1])
            former = codes[row, column]
            codes[row, column] = rng.integers(self.schema.sizes[column])
            changed = self._loss(codes) if self._is_allowed(codes[row]) else np.inf
            if changed <= loss:
                loss = changed
            else:
                codes[row, column] = former
        return Table(codes, genome.sweeps + self.sweeps)

    def _is_allowed(self, row: Any) -> bool:
        return all(allowed[row[i], row[j]] for (i, j), allowed in self.schema.allowed_pairs().items())

    def _loss(self, codes: Any) -> float:
        scale = self.private_rows / len(codes)
        errors = [(query.answers(codes) * scale - noisy) / sigma for query, noisy, sigma in self.measured]
        return float(np.mean(np.concatenate(errors) ** 2))


def build(
    schema: Mapping[str, Any],
    queries: Sequence[Mapping[str, Any]],
    answers: Sequence[Mapping[str, Any]],
    private_rows: float,
    evolution: Mapping[str, Any],
    delay: float = 0.0,
) -> ToyTables:
    read_schema = schema_from_data(schema, "schema")
    by_name: dict[str, Query] = {query.name: query for query in build_queries(queries, read_schema)}
    measured = [(by_name[row["query"]], np.load(row["path"])["answers"], row["sigma"]) for row in answers]
    return ToyTables(read_schema, measured, private_rows, evolution, delay)


def build_slowly(**arguments: Any) -> ToyTables:
    return build(**arguments, delay=0.03)


TOYS = {"synthetic_data": "tests.runs.synthesis.toy:build"}
"""Stands for :data:`evaluators.EVALUATORS`."""


def write_inputs(folder: Path, rows: int = 60, seed: int = 3) -> None:
    """Writes ``data.csv``, rows that obey the schema, and ``schema.toml``."""
    rng = np.random.default_rng(seed)
    lines = ["colour,size,sold"]
    for _ in range(rows):
        colour = rng.choice(["red", "green", "blue"], p=[0.6, 0.3, 0.1])
        size = rng.choice(["1", "2", "3", "4", ""], p=[0.4, 0.2, 0.2, 0.1, 0.1])
        lines.append(f"{colour},{size},{'true' if colour == 'red' and rng.random() < 0.7 else 'false'}")
    (folder / "data.csv").write_text("\n".join(lines) + "\n")
    (folder / "schema.toml").write_text(SCHEMA)


def toy_job(folder: Path, name: str = "run", changes: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """Returns a job on the inputs in a folder, two islands with three short epochs each."""
    options = {
        "data": str(folder / "data.csv"), "schema": str(folder / "schema.toml"), "epsilon": 2.0, "delta": 1e-6,
        "rows": 30, "seed": 5, "workers": 0, "islands": 2, "out": str(folder / name), **options,
    }  # fmt: skip
    data = job_data(make_job("synthetic_data", **options))
    data["evolution"] |= {"sweeps": 3, "sweeps_per_epoch": 1}
    data["output"] |= {"checkpoint_seconds": 0.0, "report": False}
    for section, keys in (changes or {}).items():
        data[section] |= keys
    return read(SyntheticDataJob, data, "toy")


def main() -> None:
    """Starts (or resumes, when it exists) a toy run in a process of its own: FOLDER NAME MECHANISM."""
    folder, name, mechanism = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    problem.EVALUATORS = {"synthetic_data": "tests.runs.synthesis.toy:build_slowly"}  # type: ignore[assignment]
    if (folder / name / "run.toml").exists():
        session.resume(folder / name, {})
    else:
        session.start(toy_job(folder, name, mechanism=mechanism))


if __name__ == "__main__":
    main()
