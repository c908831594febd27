"""A problem that needs no JAX: real programs, and errors drawn from a hash of their code."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.keys import fold_in, generator
from engine.protocols import Objective
from engine.setup import Factory
from engine.verdict import Evaluation, Status, Verdict
from primitives import primitive
from runs.functions import session
from runs.functions.job import RealFunctionsJob
from runs.functions.problem import Problem, job_target
from runs.job.schema import read
from runs.job.source import job_data, make_job
from search_spaces.program import Program, encode

OBJECTIVES = (Objective("operations", "operations", False), Objective("max_relative_error", "1", True))


class ToyEvaluator:
    objectives = OBJECTIVES
    protocols = ("unlucky",)

    def __init__(self, delay: float) -> None:
        self.delay = delay

    def evaluate(self, genomes: Sequence[Program], key: int) -> list[Evaluation[Program]]:
        time.sleep(self.delay)
        return [self._judge(genome, fold_in(key, encode(genome))) for genome in genomes]

    def refine(self, genome: Program) -> Evaluation[Program]:
        return self._judge(genome, 5)

    def _judge(self, genome: Program, key: int) -> Evaluation[Program]:
        luck = generator(key).random()
        if luck < 0.2 or not _is_finite(genome):
            return Evaluation(genome, Verdict(Status.REJECTED, "unlucky", luck))
        error = 10.0 ** (-luck * genome.operations)
        return Evaluation(genome, Verdict(Status.SCORED, objectives=(float(genome.operations), error)), {"luck": luck})


def _is_finite(program: Program) -> bool:
    try:
        constants = [high for high, _ in program.constants]
        value = program.apply(0.7, constants, lambda name, *operands: primitive(name).floating(None, *operands))
        return math.isfinite(value)
    except ArithmeticError:
        return False


def build(delay: float = 0.0) -> ToyEvaluator:
    return ToyEvaluator(delay)


def toy_problem(delay: float) -> Callable[[RealFunctionsJob], Problem]:
    def problem(job: RealFunctionsJob) -> Problem:
        space = {"operations": job.space.operations, "max_operations": job.space.max_operations}
        return Problem(
            target=job_target(job.function),
            space=Factory("search_spaces.real_functions:RealFunctions", space),
            evaluator=Factory("tests.runs.functions.toy:build", {"delay": delay}),
            objectives=OBJECTIVES,
        )

    return problem


def toy_job(path: Path, candidates: int, **output: Any) -> RealFunctionsJob:
    """Returns a job of three islands with small epochs, whose last epoch is cut short by most budgets."""
    data = job_data(make_job("exp2", seed=11, candidates=candidates, workers=0, out=str(path)))
    data["islands"].update(islands=3, batch_size=16, generations_per_epoch=3, cache_size=500)
    data["output"].update(output)
    return read(RealFunctionsJob, data, "toy")


def main() -> None:
    """Starts (or resumes, when it exists) a toy run in a process of its own: PATH CANDIDATES CHECKPOINT_SECONDS."""
    path, candidates, checkpoint_seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    session.job_problem = toy_problem(delay=0.005)  # type: ignore[attr-defined]
    if path.exists():
        session.resume(path, {})
    else:
        session.start(toy_job(path, candidates, checkpoint_seconds=checkpoint_seconds))


if __name__ == "__main__":
    main()
