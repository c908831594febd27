"""A candidate on its way from a proposal to a verdict."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from engine.individual import Individual, Record, is_comparable
from engine.protocols import SearchSpace, table_text
from engine.selection import Proposal
from engine.verdict import Evaluation, Status, Verdict

G = TypeVar("G")


def vary(space: SearchSpace[G], proposal: Proposal[G], more_mutations: float, rng: random.Random) -> G:
    """Makes a genome as proposed.

    Args:
        space: of the genomes.
        proposal: operator and parents.
        more_mutations: probability of each further mutation after the first.
        rng: source of every draw.
    """
    if proposal.operator == "random":
        return space.random(rng)
    genomes = [parent.genome for parent in proposal.parents]
    if proposal.operator == "crossover":
        return space.crossover(genomes[0], genomes[1], rng)
    genome = space.mutate(genomes[0], rng)
    while rng.random() < more_mutations:
        genome = space.mutate(genome, rng)
    return genome


@dataclass(slots=True)
class Candidate(Generic[G]):
    """A candidate under way.

    Attributes:
        id: unique in the run.
        proposal: how it is made.
        genome: None until it is made, and for ever when that failed.
        fingerprint: of its canonical genome.
        verdict: None until it has ended.
        metrics: further figures by name.
        potential: the objectives that refining could reach at best; empty when the verdict is final.
        seconds: its share of the evaluation, and its refinement.
        stages: the same by protocol or stage, where the evaluator measures it.
    """

    id: int
    proposal: Proposal[G]
    genome: G | None = None
    fingerprint: int = 0
    verdict: Verdict | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    potential: tuple[float, ...] = ()
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)

    def judge(self, evaluation: Evaluation[G], seconds: float) -> None:
        """Takes over an evaluation; a score with NaN or infinity in it is a rejection.

        Args:
            evaluation: of the candidate's genome.
            seconds: that it took.
        """
        self.genome, self.verdict = evaluation.genome, evaluation.verdict
        self.metrics, self.potential = evaluation.metrics, evaluation.potential
        self.seconds += seconds
        for stage, spent in evaluation.seconds.items():
            self.stages[stage] = self.stages.get(stage, 0.0) + spent
        if self.verdict.status is Status.SCORED and not is_comparable(self.verdict.objectives):
            self.verdict = Verdict(Status.REJECTED, protocol="finite")

    @property
    def parents(self) -> tuple[int, ...]:
        """The ids of its parents."""
        return tuple(parent.id for parent in self.proposal.parents)

    def individual(self, epoch: int) -> Individual[G]:
        """Returns the candidate, which is scored, as one to breed from."""
        assert self.genome is not None and self.verdict is not None
        return Individual(self.id, self.genome, self.verdict.objectives, self.fingerprint, self.parents, epoch)

    def record(self, space: SearchSpace[G], epoch: int, island: int) -> Record:
        """Returns the candidate, which has ended, as a row of the evaluation table."""
        assert self.verdict is not None
        verdict = self.verdict
        return Record(
            self.id,
            self.parents,
            epoch,
            island,
            "" if self.genome is None else table_text(space, self.genome),
            verdict.status,
            verdict.protocol,
            verdict.figure,
            verdict.cause,
            verdict.duplicate_of,
            verdict.objectives,
            self.metrics,
            self.proposal.operator,
            self.seconds,
            self.stages,
        )
