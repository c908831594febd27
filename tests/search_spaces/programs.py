"""Programs to test with: random and enumerated ones, programs rewritten by hand-made identities, exact values."""

from __future__ import annotations

import inspect
import itertools
import random
from collections.abc import Callable, Iterator

import flint

from primitives import primitive
from search_spaces import variation
from search_spaces.program import Instruction, Program

ARITHMETIC = ("add", "sub", "mul", "div")
ELEMENTARY = (*ARITHMETIC, "neg", "sqrt", "exp", "log")
COMMUTATIVE = ("add", "mul")


def random_programs(seed: int, count: int, operations=ARITHMETIC, longest: int = 12) -> Iterator[Program]:
    """Draws programs, a third of them with repeated parts."""
    rng = random.Random(seed)
    for _ in range(count):
        program = variation.random_program(operations, rng.randint(1, longest), rng)
        yield variation.crossover(program, program, rng) if rng.random() < 0.3 else program


def all_programs(length: int) -> Iterator[Program]:
    """Yields every arithmetic program of so many instructions, all live, each of its constants used once."""
    rng = random.Random(length)
    new = None
    choices = []
    for position in range(length):
        operands = (*range(position + 1), new)
        choices.append([(name, a, b) for name in ARITHMETIC for a in operands for b in operands])
    for combination in itertools.product(*choices):
        if {r for _, *operands in combination for r in operands if r} < set(range(1, length)):
            continue
        count = itertools.count(1)
        instructions = tuple(
            (name, *[-next(count) if r is new else r for r in operands]) for name, *operands in combination
        )
        yield Program(instructions, tuple(generic_constant(rng) for _ in range(next(count) - 1)))


def generic_constant(rng: random.Random) -> tuple[float, float]:
    return rng.uniform(0.5, 2.0) * rng.choice((-1.0, 1.0)), 0.0


def live_operations(program: Program) -> int:
    """Counts the instructions that the output depends on, by walking back from it."""
    live, stack = set(), [len(program.instructions)]
    while stack:
        position = stack.pop()
        if position > 0 and position not in live:
            live.add(position)
            stack.extend(program.instructions[position - 1][1:])
    return len(live)


def value(program: Program, x: float, bits: int = 400) -> flint.arb:
    """Evaluates a program in ball arithmetic; not finite where it is undefined."""
    old, flint.ctx.prec = flint.ctx.prec, bits
    try:
        constants = [flint.arb(high) + flint.arb(low) for high, low in program.constants]
        return program.apply(flint.arb(x), constants, lambda name, *operands: primitive(name).ball(*operands))
    finally:
        flint.ctx.prec = old


def shuffled(program: Program, rng: random.Random) -> Program:
    """Reorders independent instructions and constants, and exchanges operands of commutative operations."""
    length, order, placed = len(program.instructions), [], {0: 0}
    while len(order) < length:
        ready = [
            position
            for position, (_, *operands) in enumerate(program.instructions, 1)
            if position not in placed and all(r <= 0 or r in placed for r in operands)
        ]
        ready = [position for position in ready if position != length] or ready
        order.append(rng.choice(ready))
        placed[order[-1]] = len(order)
    places = list(range(len(program.constants)))
    rng.shuffle(places)
    instructions: list[Instruction] = []
    for position in order:
        name, *operands = program.instructions[position - 1]
        moved = [placed[r] if r >= 0 else -1 - places[-1 - r] for r in operands]
        if name in COMMUTATIVE and rng.random() < 0.5:
            moved.reverse()
        instructions.append((name, *moved))
    constants = sorted(zip(places, program.constants, strict=True))
    return Program(tuple(instructions), tuple(constant for _, constant in constants))


class Traced:
    """A value that records what is done to it, for programs written as lambdas."""

    def __init__(self, instructions: list[Instruction], reference: int) -> None:
        self.instructions, self.reference = instructions, reference

    def _record(self, name: str, *operands: Traced) -> Traced:
        self.instructions.append((name, *[operand.reference for operand in operands]))
        return Traced(self.instructions, len(self.instructions))

    def __add__(self, other: Traced) -> Traced:
        return self._record("add", self, other)

    def __sub__(self, other: Traced) -> Traced:
        return self._record("sub", self, other)

    def __mul__(self, other: Traced) -> Traced:
        return self._record("mul", self, other)

    def __truediv__(self, other: Traced) -> Traced:
        return self._record("div", self, other)

    def __neg__(self) -> Traced:
        return self._record("neg", self)

    def exp(self) -> Traced:
        return self._record("exp", self)

    def log(self) -> Traced:
        return self._record("log", self)

    def sqrt(self) -> Traced:
        return self._record("sqrt", self)


def traced(function: Callable[..., Traced], positive: bool = False) -> Program:
    """Returns the program of a function of x and constants: ``lambda x, a: x + a``."""
    rng = random.Random(1)
    instructions: list[Instruction] = []
    count = len(inspect.signature(function).parameters)
    function(*[Traced(instructions, -i) for i in range(count)])
    constants = tuple(generic_constant(rng) for _ in range(count - 1))
    return Program(tuple(instructions), tuple((abs(c) if positive else c, low) for c, low in constants))
