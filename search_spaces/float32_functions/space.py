"""The search space of machine programs that approximate a function."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from primitives.float_format import FORMATS
from search_spaces.float32_functions import canonical as canonical_form
from search_spaces.float32_functions import typed_program, variation
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.operands import shifts_are_constant
from search_spaces.float32_functions.schemes import schemes_for
from search_spaces.float32_functions.schemes.scheme import Scheme
from search_spaces.float32_functions.typed_program import TypedProgram, X

MAX_CONSTANTS = 64
"""The most constants of a program, which bounds what an evaluator has to hold."""

_MAX_DRAWS = 300
_MAX_GRAFTS = 20
_REDRAWN = 0.05
"""How often a mutation draws a scheme anew."""


@dataclass(frozen=True, slots=True)
class Float32Functions:
    """Typed programs of at most so many operations, drawn from schemes; see :mod:`...float32_functions.variation`.

    Attributes:
        function: what the schemes are for.
        schemes: names of those that programs are drawn from; none for all that suit the function.
        max_operations: the most instructions of a program.
        format: the name of the format of its floats.
    """

    function: str = "exp2"
    schemes: tuple[str, ...] = ()
    max_operations: int = 96
    format: str = "float32"
    name = "float32_functions"
    _schemes: tuple[Scheme, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {self.format!r}")
        if self.max_operations < 1:
            raise ValueError(f"max_operations must be at least 1, not {self.max_operations}")
        object.__setattr__(self, "_schemes", schemes_for(self.function, tuple(self.schemes)))

    def random(self, rng: Random) -> TypedProgram:
        """Returns a program that a scheme draws.

        Raises:
            ValueError: when no scheme draws one that is small enough.
        """
        for _ in range(_MAX_DRAWS):
            builder = Builder(FORMATS[self.format])
            (scheme,) = rng.choices(self._schemes, [row.weight for row in self._schemes])
            candidate = canonical_form.without_dead_code(builder.program(scheme.draw(builder, rng)))
            if self._fits(candidate):
                return candidate
        raise ValueError(
            f"no scheme for {self.function} ({', '.join(row.name for row in self._schemes)}) draws a program of at "
            f"most {self.max_operations} operations; raise max_operations"
        )

    def mutate(self, genome: TypedProgram, rng: Random) -> TypedProgram:
        """Returns the program after one mutation, drawn by its probability.

        Raises:
            ValueError: when the program is so large that no mutation brings it down to the largest size.
        """
        if rng.random() < _REDRAWN:
            return self.random(rng)
        for _ in range(_MAX_DRAWS):
            candidate = variation.mutate(genome, rng)
            if self._fits(candidate):
                return candidate
        raise ValueError(
            f"a program of {len(genome.instructions)} operations cannot be mutated to one of at most "
            f"{self.max_operations}; raise max_operations"
        )

    def crossover(self, first: TypedProgram, second: TypedProgram, rng: Random) -> TypedProgram:
        """Returns the first program with a subgraph of the second grafted in, or mutated where no graft fits."""
        for _ in range(_MAX_GRAFTS):
            candidate = variation.crossover(first, second, rng)
            if candidate is not None and self._fits(candidate):
                return candidate
        return self.mutate(first, rng)

    def canonical(self, genome: TypedProgram) -> TypedProgram:
        """Returns the representative of the programs that are the same but for their writing."""
        simpler = canonical_form.canonical(genome)
        return simpler if self._fits(simpler) else canonical_form.without_dead_code(genome)

    def fingerprint(self, genome: TypedProgram) -> int:
        """Returns the 63-bit hash of a canonical program, whatever its fitted constants are."""
        return canonical_form.fingerprint(genome)

    def encode(self, genome: TypedProgram) -> str:
        """Writes a program as one line of JSON."""
        return typed_program.encode(genome)

    def decode(self, text: str) -> TypedProgram:
        """Reads a program, checking every reference, its types and its format."""
        program = typed_program.decode(text)
        if program.format != self.format:
            raise ValueError(f"the program is of format {program.format}; the space is of {self.format}")
        return program

    def _fits(self, genome: TypedProgram) -> bool:
        return (
            len(genome.instructions) <= self.max_operations
            and len(genome.constants) <= MAX_CONSTANTS
            and any(X in references for _, *references in genome.instructions)
            and shifts_are_constant(genome)
        )
