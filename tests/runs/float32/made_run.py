"""A small run folder made by hand, for tests of what reads runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.individual import Record
from engine.verdict import Status
from evaluators.float32_functions.objectives import OBJECTIVES
from runs.folder.checkpoint import Progress, State, write_checkpoint
from runs.folder.front import extended
from runs.folder.front_file import FrontRow, write_front_file
from runs.folder.run_folder import create_folder
from runs.folder.table import EvaluationTable
from runs.job.source import make_job, resolved
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.formula import formula_text
from search_spaces.float32_functions.typed_program import TypedProgram, decode, encode
from tests.runs.rows import record


def polynomial(*coefficients: float) -> TypedProgram:
    """Returns a polynomial by Horner's rule, the constant term first."""
    builder = Builder()
    value = builder.free(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = builder("fma", value, builder.x, builder.free(coefficient))
    return builder.program(value)


LINE = polynomial(1.0, 0.7)
"""About 2^x near 0, cost 1."""

PARABOLA = polynomial(1.0, 0.69, 0.24)
"""About 2^x near 0, cost 2."""

CUBIC = polynomial(1.0, 0.693147, 0.240227, 0.0555)
"""About 2^x near 0, cost 3."""


def make_run(path: Path, **options: Any) -> Path:
    """Writes a stopped run of seven candidates of which two are on the front, and returns its folder."""
    options = {"function": "exp2", "domain": ["-0.001", "0.001"], "max_ulp": 1e6, "seed": 7, **options}
    folder = create_folder(resolved(make_job("float32", out=str(path), **options)))
    stages = {"type_and_cost": 0.001, "sample": 0.01, "survey": 0.1}
    records: list[Record] = [
        record(0, genome=encode(PARABOLA), objectives=(2.0, 0.8), stages=stages),
        record(1, status=Status.REJECTED, protocol="sample", figure=7.5, objectives=(), genome=encode(LINE),
               stages={"type_and_cost": 0.001, "sample": 0.01}),
        record(2, status=Status.DUPLICATE, duplicate_of=0, objectives=(), genome=encode(PARABOLA)),
        record(3, genome=encode(PARABOLA), objectives=(2.0, 0.75), parents=(0,), operator="mutate", stages=stages),
        record(4, status=Status.CRASHED, cause="signal 11", objectives=()),
        record(5, genome=encode(CUBIC), objectives=(3.0, 0.6), parents=(3, 0), operator="crossover",
               stages={**stages, "dense": 2.0}, metrics={"compiled_differs": 0.25}),
        record(6, status=Status.REJECTED, protocol="type_and_cost", figure=99.0, objectives=(), genome=encode(LINE),
               stages={"type_and_cost": 0.001}),
    ]  # fmt: skip
    table = EvaluationTable(folder.evaluations, OBJECTIVES)
    table.append(records)
    table.flush()
    front = extended((), records)
    counts = {"scored": 3, "rejected:sample": 1, "rejected:type_and_cost": 1, "duplicate": 1, "crashed": 1}
    write_checkpoint(folder.checkpoint, Progress(1, 7, 2.5, counts, front), State({"islands": [], "failures": []}, {}))
    rows = [FrontRow(e.id, e.objectives, formula_text(decode(e.genome)), e.genome) for e in front]
    write_front_file(folder.front, OBJECTIVES, rows)
    folder.stopped("candidates")
    return path
