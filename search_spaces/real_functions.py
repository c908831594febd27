"""The search space of functions over the reals: short programs of arithmetic on x and constants."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from primitives import primitive
from search_spaces import canonical as canonical_form
from search_spaces import program, variation
from search_spaces.program import Program

MAX_CONSTANTS = 16
"""The most constants of a program, which bounds what an evaluator has to fit."""

_MAX_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class RealFunctions:
    """Programs of at most so many operations; see :mod:`search_spaces.variation` for the operators.

    Attributes:
        operations: names of the primitives that programs are made of.
        max_operations: the largest size of a program.
    """

    operations: tuple[str, ...] = ("add", "sub", "mul", "div")
    max_operations: int = 12
    name = "real_functions"

    def __post_init__(self) -> None:
        if not self.operations:
            raise ValueError("operations must name at least one primitive, such as add; the list is empty")
        for operation in self.operations:
            primitive(operation)
        if self.max_operations < 1:
            raise ValueError(f"max_operations must be at least 1, not {self.max_operations}")

    def random(self, rng: random.Random) -> Program:
        """Returns a random program; its size is uniform up to the largest."""
        length = rng.randint(1, self.max_operations)
        return self._first_valid(lambda: variation.random_program(self.operations, length, rng))

    def mutate(self, genome: Program, rng: random.Random) -> Program:
        """Returns the program after one mutation, drawn by its probability."""
        return self._first_valid(lambda: variation.mutate(genome, self.operations, rng))

    def crossover(self, first: Program, second: Program, rng: random.Random) -> Program:
        """Returns the first program with a subgraph of the second grafted in."""
        return self._first_valid(lambda: variation.crossover(first, second, rng))

    def canonical(self, genome: Program) -> Program:
        """Returns the representative of the programs that compute the same family."""
        return canonical_form.canonical(genome)

    def fingerprint(self, genome: Program) -> int:
        """Returns the 63-bit hash of a canonical program's structure."""
        return canonical_form.fingerprint(genome)

    def encode(self, genome: Program) -> str:
        """Writes a program as one line of JSON."""
        return program.encode(genome)

    def decode(self, text: str) -> Program:
        """Reads a program, checking every reference."""
        return program.decode(text)

    def _first_valid(self, draw: Callable[[], Program]) -> Program:
        for _ in range(_MAX_DRAWS):
            candidate = draw()
            if candidate.operations <= self.max_operations and len(candidate.constants) <= MAX_CONSTANTS:
                return candidate
            simpler = canonical_form.canonical(candidate)
            if simpler.operations <= self.max_operations and len(simpler.constants) <= MAX_CONSTANTS:
                return simpler
        raise RuntimeError(f"no program of at most {self.max_operations} operations in {_MAX_DRAWS} draws")
