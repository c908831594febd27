"""Random programs over all operations, and their meaning in plain NumPy."""

import random

import numpy as np

from primitives import PRIMITIVES, primitive
from search_spaces.program import Program
from search_spaces.variation import random_program


def programs(count, max_operations=10, operations=tuple(PRIMITIVES), seed=1, max_constants=16):
    rng = random.Random(seed)
    found = []
    while len(found) < count:
        program = random_program(operations, rng.randint(1, max_operations), rng)
        if len(program.constants) <= max_constants:
            found.append(program)
    return found


def numpy_values(program, x, constants=None):
    """The program at all x; constants are scalars or arrays that broadcast with x."""
    constants = [high for high, _ in program.constants] if constants is None else constants
    with np.errstate(all="ignore"):
        value = program.apply(x, constants, lambda name, *operands: primitive(name).floating(np, *operands))
    return np.broadcast_to(value, np.shape(x))


def from_code(code, constants=()):
    """A program from text such as ``add(x,c0);mul(v1,v1)``."""

    def reference(text):
        return 0 if text == "x" else int(text[1:]) if text[0] == "v" else -1 - int(text[1:])

    instructions = []
    for statement in code.split(";"):
        name, _, operands = statement.rstrip(")").partition("(")
        instructions.append((name, *map(reference, operands.split(","))))
    return Program(tuple(instructions), tuple((float(c), 0.0) for c in constants))
