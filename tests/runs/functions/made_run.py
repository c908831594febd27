"""A small run folder made by hand, for tests of what reads runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.individual import Record
from engine.verdict import Status
from runs.folder.checkpoint import Progress, State, write_checkpoint
from runs.folder.front import extended
from runs.folder.front_file import FrontRow, write_front_file
from runs.folder.run_folder import create_folder
from runs.folder.table import EvaluationTable
from runs.functions.problem import job_problem
from runs.job.source import make_job, resolved
from search_spaces.program import Program, encode
from tests.runs.rows import record

LINE = Program((("mul", 0, -1), ("add", 1, -2)), ((0.991, 0.0), (0.98, 0.0)))
"""About 2^x, two operations."""

PADE = Program((("add", 0, -1), ("sub", -2, 0), ("div", 1, 2)), ((2.9, 0.0), (2.9, 0.0)))
"""About 2^x, three operations: the programs are rough, their errors are easy to compute by hand."""


def make_run(path: Path, **options: Any) -> Path:
    """Writes a stopped run of six candidates of which two are on the front, and returns its folder."""
    folder = create_folder(resolved(make_job("exp2", seed=7, out=str(path), **options)))
    records: list[Record] = [
        record(0, genome=encode(LINE), objectives=(2.0, 0.04)),
        record(1, status=Status.REJECTED, protocol="pole", figure=0.5, objectives=()),
        record(2, status=Status.DUPLICATE, duplicate_of=0, objectives=()),
        record(3, genome=encode(LINE), objectives=(2.0, 0.02), parents=(0,), operator="mutate"),
        record(4, status=Status.CRASHED, cause="signal 11", objectives=()),
        record(5, genome=encode(PADE), objectives=(3.0, 0.01), parents=(3, 0), operator="crossover"),
    ]
    objectives = job_problem(folder.manifest().job).objectives
    table = EvaluationTable(folder.evaluations, objectives)
    table.append(records)
    table.flush()
    front = extended((), records)
    counts = {"scored": 3, "rejected:pole": 1, "duplicate": 1, "crashed": 1}
    write_checkpoint(folder.checkpoint, Progress(1, 6, 2.5, counts, front), State({"islands": [], "failures": []}, {}))
    rows = [FrontRow(entry.id, entry.objectives, "formula", entry.genome) for entry in front]
    write_front_file(folder.front, objectives, rows)
    folder.stopped("candidates")
    return path
