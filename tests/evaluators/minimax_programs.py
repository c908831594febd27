"""Programs whose best errors are known, and random programs, for the tests of this folder."""

import random

from search_spaces.program import Instruction, Program, validate


def horner(degree: int, start: float = 0.1) -> Program:
    """A polynomial with all constants equal."""
    instructions: list[Instruction] = []
    value = -1 - degree
    for k in range(degree - 1, -1, -1):
        instructions.append(("mul", value, 0))
        instructions.append(("add", len(instructions), -1 - k))
        value = len(instructions)
    return validate(Program(tuple(instructions), ((start, 0.0),) * (degree + 1)))


def random_program(rng: random.Random, num_operations: int) -> Program:
    """A random program over + - x / with constants within [-2, 2]."""
    num_constants = rng.randint(1, 4)
    instructions: list[Instruction] = []
    for position in range(num_operations):
        name = rng.choice(("add", "sub", "mul", "div"))
        last = position if position else 0
        other = rng.randint(-num_constants, position)
        operands = (last, other) if rng.random() < 0.5 else (other, last)
        instructions.append((name, *operands))
    constants = tuple((rng.uniform(-2, 2), 0.0) for _ in range(num_constants))
    return validate(Program(tuple(instructions), constants))
