"""An evaluator that needs no JAX: errors drawn from a hash of the program's code."""

from __future__ import annotations

from collections.abc import Sequence

from engine.keys import fold_in, generator
from engine.verdict import Evaluation, Status, Verdict
from evaluators.float32_functions.objectives import OBJECTIVES, PROTOCOLS
from search_spaces.float32_functions.typed_program import TypedProgram, encode


class ToyEvaluator:
    """Rejects some programs, and scores the others by their cost and by luck."""

    objectives = OBJECTIVES
    protocols = PROTOCOLS

    def evaluate(self, genomes: Sequence[TypedProgram], key: int) -> list[Evaluation[TypedProgram]]:
        """Judges programs."""
        return [self._judge(genome, key) for genome in genomes]

    def refine(self, genome: TypedProgram) -> Evaluation[TypedProgram]:
        """Judges a program as before."""
        return self._judge(genome, 0)

    def _judge(self, genome: TypedProgram, key: int) -> Evaluation[TypedProgram]:
        luck = generator(fold_in(key, encode(genome))).random()
        if luck < 0.3:
            return Evaluation(genome, Verdict(Status.REJECTED, "sample", 1 / luck))
        return Evaluation(genome, Verdict(Status.SCORED, objectives=(genome.cost, 0.5 + luck / 2)))


def build(**_: object) -> ToyEvaluator:
    """Builds it from the arguments of the real one."""
    return ToyEvaluator()
