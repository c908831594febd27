"""Variation of programs: random generation, mutations and crossover.

Every operator takes the operations that it may use and a generator, and returns a valid program, or None where
it does not apply. Constants are carried through a structural step: what is inserted starts as near to the
identity as its operation allows, so that a child begins where its parent stood.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from primitives import primitive
from search_spaces.program import Constant, Instruction, Program, Reference, X

Operations: TypeAlias = Sequence[str]
Mutation: TypeAlias = Callable[[Program, Operations, random.Random], Program | None]

_NEUTRAL = {"add": 0.0, "sub": 0.0, "mul": 1.0, "div": 1.0}


def random_constant(rng: random.Random) -> Constant:
    """Draws a constant whose magnitude is log-uniform over about three decades, either sign."""
    return rng.gauss(0.0, 1.0) * 10.0 ** rng.uniform(-1.0, 1.5), 0.0


def random_program(operations: Operations, num_instructions: int, rng: random.Random) -> Program:
    """Draws a program: operations uniform, operands biased to values that nothing uses yet.

    Args:
        operations: names of the operations to draw from.
        num_instructions: how many instructions the program has, dead ones included.
        rng: the generator.
    """
    constants: list[Constant] = []
    instructions: list[Instruction] = []
    unused: list[Reference] = [X]
    for position in range(num_instructions):
        name = rng.choice(operations)
        operands = []
        for _ in range(primitive(name).arity):
            if unused and rng.random() < 0.5:
                operand = unused.pop(rng.randrange(len(unused)))
            else:
                operand = _random_operand(position, constants, rng)
            operands.append(operand)
        instructions.append((name, *operands))
        unused.append(position + 1)
    return Program(tuple(instructions), tuple(constants))


def _random_operand(position: int, constants: list[Constant], rng: random.Random) -> Reference:
    """Draws an operand of the instruction at a position: a constant, mostly a new one, x, or an earlier value."""
    draw = rng.random()
    if draw < 0.4:
        if constants and draw < 0.04:
            return -1 - rng.randrange(len(constants))
        constants.append(random_constant(rng))
        return -len(constants)
    return X if draw < 0.6 else rng.randint(0, position)


def _draft(program: Program) -> tuple[list[list[Any]], list[Constant]]:
    return [list(instruction) for instruction in program.instructions], list(program.constants)


def _finish(instructions: Sequence[Sequence[Any]], constants: Sequence[Constant]) -> Program:
    return Program(tuple(map(tuple, instructions)), tuple(constants))


def _shift(instruction: Sequence[Any], start: Reference, by: int) -> list[Any]:
    """Renumbers the values from ``start`` on, for instructions inserted or removed before them."""
    return [instruction[0], *[r + by if r >= start else r for r in instruction[1:]]]


def insert(program: Program, operations: Operations, rng: random.Random) -> Program | None:
    """Puts a new operation on one edge of the graph, the edge to the output included."""
    instructions, constants = _draft(program)
    position = rng.randint(0, len(instructions))
    at_output = position == len(instructions)
    slot = 0 if at_output else rng.randrange(1, len(instructions[position]))
    old = position if at_output else instructions[position][slot]
    name = rng.choice(operations)
    new: list[Any] = [name, old]
    if primitive(name).arity == 2:
        partner = old if rng.random() < 0.25 else _random_operand(position, constants, rng)
        if len(constants) > len(program.constants) and rng.random() < 0.5 and name in _NEUTRAL:
            constants[-1] = (_NEUTRAL[name] + 1e-3 * rng.gauss(0.0, 1.0), 0.0)
        new.append(partner)
        if rng.random() < 0.5 and not primitive(name).commutative:
            new[1:] = new[:0:-1]
    later = [_shift(instruction, position + 1, 1) for instruction in instructions[position:]]
    if not at_output:
        later[0][slot] = position + 1
    return _finish([*instructions[:position], new, *later], constants)


def remove(program: Program, operations: Operations, rng: random.Random) -> Program | None:
    """Takes one operation out; its users get one of its operands instead."""
    del operations
    if len(program.instructions) < 2:
        return None
    instructions, constants = _draft(program)
    position = rng.randrange(len(instructions))
    heir = rng.choice(instructions[position][1:])
    if position == len(instructions) - 1:
        if heir < 1:
            return None
        return _finish(instructions[:heir], constants)
    later = []
    for instruction in instructions[position + 1 :]:
        rewired = [instruction[0], *[heir if r == position + 1 else r for r in instruction[1:]]]
        later.append(_shift(rewired, position + 2, -1))
    return _finish([*instructions[:position], *later], constants)


def resource(program: Program, operations: Operations, rng: random.Random) -> Program | None:
    """Gives one operand of one operation a new source."""
    del operations
    instructions, constants = _draft(program)
    position = rng.randrange(len(instructions))
    slot = rng.randrange(1, len(instructions[position]))
    instructions[position][slot] = _random_operand(position, constants, rng)
    return _finish(instructions, constants)


def change_operation(program: Program, operations: Operations, rng: random.Random) -> Program | None:
    """Replaces one operation by another; operands are kept, dropped or drawn as the new arity asks."""
    instructions, constants = _draft(program)
    position = rng.randrange(len(instructions))
    old = instructions[position]
    name = rng.choice(operations)
    operands = old[1 : 1 + primitive(name).arity]
    while len(operands) < primitive(name).arity:
        operands.append(_random_operand(position, constants, rng))
    if rng.random() < 0.3:
        operands.reverse()
    instructions[position] = [name, *operands]
    return _finish(instructions, constants)


def perturb_constants(program: Program, operations: Operations, rng: random.Random) -> Program | None:
    """Multiplies every constant by a random factor near 1, at a scale drawn anew each time."""
    del operations
    if not program.constants:
        return None
    scale = 10.0 ** rng.uniform(-3.0, 0.0)
    constants = [(value * (1.0 + scale * rng.gauss(0.0, 1.0)), 0.0) for value, _ in program.constants]
    return Program(program.instructions, tuple(constants))


def redraw_constants(program: Program, operations: Operations, rng: random.Random) -> Program | None:
    """Draws every constant anew, so that the structure gets a fresh start."""
    del operations
    if not program.constants:
        return None
    return Program(program.instructions, tuple(random_constant(rng) for _ in program.constants))


MUTATIONS = MappingProxyType(
    {
        "insert": (insert, 0.3),
        "remove": (remove, 0.12),
        "resource": (resource, 0.2),
        "change_operation": (change_operation, 0.13),
        "perturb_constants": (perturb_constants, 0.05),
        "redraw_constants": (redraw_constants, 0.2),
    }
)
"""Every mutation by its name, with the probability at which it is drawn."""


_NAMES = tuple(MUTATIONS)
_PROBABILITIES = tuple(probability for _, probability in MUTATIONS.values())


def mutate(program: Program, operations: Operations, rng: random.Random) -> Program:
    """Returns the program after one applicable mutation, drawn by its probability."""
    while True:
        (name,) = rng.choices(_NAMES, _PROBABILITIES)
        mutated = MUTATIONS[name][0](program, operations, rng)
        if mutated is not None:
            return mutated


def crossover(recipient: Program, donor: Program, rng: random.Random) -> Program:
    """Grafts a subgraph of the donor onto an edge of the recipient.

    The subgraph computes one random value of the donor. It reads the input, or the value that ran along the
    edge before, with equal probability.
    """
    instructions, constants = _draft(recipient)
    position = rng.randint(0, len(instructions))
    at_output = position == len(instructions)
    slot = 0 if at_output else rng.randrange(1, len(instructions[position]))
    old = position if at_output else instructions[position][slot]
    source = old if at_output or (old > 0 and rng.random() < 0.5) else X
    length = rng.randint(1, len(donor.instructions))

    def moved(reference: Reference) -> Reference:
        if reference == X:
            return source
        return reference + position if reference > 0 else reference - len(constants)

    graft = [[name, *map(moved, references)] for name, *references in donor.instructions[:length]]
    later = [_shift(instruction, position + 1, length) for instruction in instructions[position:]]
    if not at_output:
        later[0][slot] = position + length
    return _finish([*instructions[:position], *graft, *later], [*constants, *donor.constants])
