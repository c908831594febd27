"""The search space of functions over the reals: short programs of arithmetic on x and constants."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from primitives import primitive
from search_spaces import canonical as canonical_form
from search_spaces import program, variation
from search_spaces.program import Program

MAX_CONSTANTS = 16
"""The most constants of a program, which bounds what an evaluator has to fit."""

_MAX_DRAWS = 1000
_MAX_GRAFTS = 20


@dataclass(frozen=True, slots=True)
class RealFunctions:
    """Programs of at most so many operations; see :mod:`search_spaces.variation` for the operators.

    Attributes:
        operations: names of the primitives that programs are made of.
        max_operations: the largest size of a program.
    """

    operations: tuple[str, ...] = ("add", "sub", "mul", "div")
    max_operations: int = 14
    name = "real_functions"

    def __post_init__(self) -> None:
        if not self.operations:
            raise ValueError("operations must name at least one primitive, such as add; the list is empty")
        for operation in self.operations:
            primitive(operation)
        if self.max_operations < 1:
            raise ValueError(f"max_operations must be at least 1, not {self.max_operations}")

    def random(self, rng: Random) -> Program:
        """Returns a random program; its size is uniform up to the largest."""
        length = rng.randint(1, self.max_operations)
        while True:
            candidate = self._trimmed(variation.random_program(self.operations, length, rng))
            if self._fits(candidate):
                return candidate

    def mutate(self, genome: Program, rng: Random) -> Program:
        """Returns the program after one mutation, drawn by its probability.

        Raises:
            ValueError: when the program is so large that no mutation brings it down to the largest size.
        """
        for _ in range(_MAX_DRAWS):
            candidate = self._trimmed(variation.mutate(genome, self.operations, rng))
            if self._fits(candidate):
                return candidate
        raise ValueError(
            f"a program of {genome.operations} operations cannot be mutated to one of at most "
            f"{self.max_operations}; raise max_operations"
        )

    def crossover(self, first: Program, second: Program, rng: Random) -> Program:
        """Returns the first program with a subgraph of the second grafted in, or mutated where no graft fits."""
        for _ in range(_MAX_GRAFTS):
            candidate = self._trimmed(variation.crossover(first, second, rng))
            if self._fits(candidate):
                return candidate
        return self.mutate(first, rng)

    def canonical(self, genome: Program) -> Program:
        """Returns the representative of the programs that compute the same family."""
        simpler = canonical_form.canonical(genome)
        return simpler if self._fits(simpler) else canonical_form.without_dead_code(genome)

    def fingerprint(self, genome: Program) -> int:
        """Returns the 63-bit hash of a canonical program's structure."""
        return canonical_form.fingerprint(genome)

    def encode(self, genome: Program) -> str:
        """Writes a program as one line of JSON."""
        return program.encode(genome)

    def decode(self, text: str) -> Program:
        """Reads a program, checking every reference."""
        return program.decode(text)

    def _fits(self, genome: Program) -> bool:
        return genome.operations <= self.max_operations and len(genome.constants) <= MAX_CONSTANTS

    def _trimmed(self, genome: Program) -> Program:
        """Returns a program without its dead code where it would not fit otherwise."""
        return genome if self._fits(genome) else canonical_form.without_dead_code(genome)
