"""The contracts between the engine and what it searches: a space, an evaluator, an objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol, TypeVar, runtime_checkable

from engine.verdict import Evaluation

G = TypeVar("G")
G_contra = TypeVar("G_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Objective:
    """One figure to minimise.

    Attributes:
        name: the column's name in the run folder, in words: ``max_relative_error``.
        unit: ``operations``, ``1`` for a ratio, ``ULP``, ``s``, ...
        log_scale: whether figures are compared on a log scale.
    """

    name: str
    unit: str
    log_scale: bool


class SearchSpace(Protocol[G]):
    """A genome type and its variation; every draw comes from the generator passed in."""

    name: str

    def random(self, rng: Random) -> G:
        """Returns a random valid genome."""
        ...

    def mutate(self, genome: G, rng: Random) -> G:
        """Returns a valid genome one mutation away."""
        ...

    def crossover(self, first: G, second: G, rng: Random) -> G:
        """Returns a valid genome made of parts of both parents."""
        ...

    def canonical(self, genome: G) -> G:
        """Returns the representative of all genomes that compute the same."""
        ...

    def fingerprint(self, genome: G) -> int:
        """Returns a 63-bit hash of a canonical genome."""
        ...

    def encode(self, genome: G) -> str:
        """Writes a genome as text that :meth:`decode` reads."""
        ...

    def decode(self, text: str) -> G:
        """Reads a genome, raising ValueError when the text is not one."""
        ...


@runtime_checkable
class Digesting(Protocol[G_contra]):
    """What a space of large genomes adds: the evaluation table keeps a digest of each instead of the whole.

    Whole genomes are then in the checkpoints only, so only members of the populations and archives can be read back.
    """

    def digest(self, genome: G_contra) -> str:
        """Returns a short text that stands for a genome; equal genomes have equal digests."""
        ...


@runtime_checkable
class Behaving(Protocol[G_contra]):
    """What an evaluator adds that can tell cheaply whether two genomes compute the same, however they are written."""

    def behaviour(self, genome: G_contra) -> int:
        """Returns a 63-bit hash of what a canonical genome computes; it stands for the space's fingerprint."""
        ...


def table_text(space: SearchSpace[G], genome: G) -> str:
    """Returns what the evaluation table keeps of a genome: its digest where the space makes one, or else the whole."""
    return space.digest(genome) if isinstance(space, Digesting) else space.encode(genome)


class Evaluator(Protocol[G]):
    """Scores genomes in batches behind rejection protocols.

    Attributes:
        objectives: what a scored verdict's figures mean, in order; the first is the niche of the archive.
        protocols: names of the rejection protocols, cheapest first.
    """

    objectives: tuple[Objective, ...]
    protocols: tuple[str, ...]

    def evaluate(self, genomes: Sequence[G], key: int) -> list[Evaluation[G]]:
        """Returns one evaluation per genome, in order; equal arguments give equal results."""
        ...

    def refine(self, genome: G) -> Evaluation[G]:
        """Scores a genome again, dearly and exactly; called for those whose potential reaches the front."""
        ...
