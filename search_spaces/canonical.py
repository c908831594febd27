"""The canonical form of programs, so that programs which compute the same family have one fingerprint.

The form sees through dead code, the order of instructions, commutativity, common subexpressions, the
folding of constants, and trivial rescalings: a constant offset or factor that can move outwards without
adding an operation does, and meets the next constant there. Constants are free parameters of a program,
so the fingerprint covers the structure only; which constants are shared is part of the structure.
"""

from __future__ import annotations

import hashlib

from search_spaces.program import Instruction, Program, Reference
from search_spaces.rewriting import Expressions

_MAX_PASSES = 4


def canonical(program: Program) -> Program:
    """Returns the representative of the programs that compute the same family.

    Args:
        program: any valid program.

    Returns:
        a program with at most as many operations, whose live instructions stand in depth-first order
        and whose constants are numbered by first appearance. A program that collapses to x or to a
        constant has no instruction left to stand for it; it is returned with its dead code removed.
    """
    for _ in range(_MAX_PASSES):
        simpler = _rewrite(program)
        if simpler is None:
            return _without_dead_code(program)
        if simpler.instructions == program.instructions:
            return simpler
        program = simpler
    return program


def fingerprint(program: Program) -> int:
    """Returns a 63-bit hash of the structure of a canonical program, the same on every machine."""
    digest = hashlib.blake2b(repr(program.instructions).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def live_uses(program: Program) -> list[int]:
    """Counts the uses of each value by live instructions.

    Args:
        program: any valid program.

    Returns:
        per value (x first, then the instructions in order) how many operands refer to it; 0 means dead,
        and the output counts as used once.
    """
    uses = [0] * (len(program.instructions) + 1)
    uses[-1] = 1
    for position in range(len(program.instructions), 0, -1):
        if uses[position]:
            for reference in program.instructions[position - 1][1:]:
                if reference >= 0:
                    uses[reference] += 1
    return uses


def _rewrite(program: Program) -> Program | None:
    uses = live_uses(program)
    expressions = Expressions()
    values = [expressions.x]
    constants = [expressions.constant(value) for value in program.constants]
    for position, (name, *references) in enumerate(program.instructions, 1):
        if not uses[position]:
            values.append(expressions.x)
            continue
        operands = [values[r] if r >= 0 else constants[-1 - r] for r in references]
        value = expressions.make(name, *operands)
        expressions.count_uses(value, uses[position])
        values.append(value)
    return _linearise(expressions, values[-1])


def _linearise(expressions: Expressions, root: int) -> Program | None:
    """Writes an expression as a program in depth-first order; None when there is no instruction to write."""
    if not expressions.is_operation(root):
        return None
    instructions: list[Instruction] = []
    references: dict[int, Reference] = {expressions.x: 0}
    constants = []
    stack = [root]
    while stack:
        node = stack[-1]
        if node in references:
            stack.pop()
        elif expressions.is_constant(node):
            constants.append(expressions.value(node))
            references[node] = -len(constants)
        else:
            name, *operands = expressions.nodes[node]
            pending = [operand for operand in operands if operand not in references]
            if pending:
                stack.extend(reversed(pending))
            else:
                instructions.append((name, *[references[operand] for operand in operands]))
                references[node] = len(instructions)
    return Program(tuple(instructions), tuple(constants))


def _without_dead_code(program: Program) -> Program:
    uses = live_uses(program)
    renumbered = {0: 0}
    constants = []
    instructions: list[Instruction] = []
    for position, (name, *references) in enumerate(program.instructions, 1):
        if not uses[position]:
            continue
        for reference in references:
            if reference not in renumbered:
                constants.append(program.constants[-1 - reference])
                renumbered[reference] = -len(constants)
        instructions.append((name, *[renumbered[r] for r in references]))
        renumbered[position] = len(instructions)
    return Program(tuple(instructions), tuple(constants))
