"""The canonical form of programs, so that programs which compute the same family have one fingerprint.

The form sees through dead code, the order of instructions, commutativity, associativity, common
subexpressions, the folding of constants, cancellation, signs, and trivial rescalings: a constant offset or
factor that can move without adding an operation moves outwards, and meets the next constant there. Constants
are free parameters of a program, so the fingerprint covers the structure only; which constants are shared is
part of the structure.
"""

from __future__ import annotations

import hashlib
import math

from search_spaces.node import ONE, ZERO, Product, Value, X
from search_spaces.program import Constant, Instruction, Program, live_uses
from search_spaces.rewriting import Algebra
from search_spaces.scale import make_scale
from search_spaces.writing import write

_COMMUTATIVE = frozenset({"add", "mul"})


def canonical(program: Program) -> Program:
    """Returns the representative of the programs that compute the same family.

    Args:
        program: any valid program.

    Returns:
        a program with at most as many operations, whose live instructions stand in depth-first order
        and whose constants are numbered by first appearance. What collapses to x is written as x * c, what
        collapses to a constant as c + 0. A program with a constant that is not finite, or that would get one,
        is returned with its dead code removed.
    """
    passed: dict[tuple[Instruction, ...], Program] = {}
    while program.instructions not in passed:
        try:
            simpler, settled = _rewrite(program)
        except ArithmeticError:
            return without_dead_code(program)
        if settled:
            return simpler
        passed[program.instructions] = program
        program = simpler
    # Passes may end in a cycle, where closed values of equal structure keep swapping places.
    cycle = list(passed)[list(passed).index(program.instructions) :]
    return passed[min(cycle, key=_size_and_text)]


def fingerprint(program: Program) -> int:
    """Returns a 63-bit hash of the structure of a canonical program, the same on every machine."""
    digest = hashlib.blake2b(repr(program.instructions).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _rewrite(program: Program) -> tuple[Program, bool]:
    """Writes a program in normal form; also tells whether it would be written the same again."""
    instructions = _distinct(program.instructions)
    uses = live_uses(Program(instructions, ()))
    simpler, settled, scaled = _write(instructions, program.constants, uses, whole=False)
    if scaled:
        whole, _, _ = _write(instructions, program.constants, uses, whole=True)
        if len(whole.instructions) < len(simpler.instructions):
            simpler = whole
    if not all(math.isfinite(high) for high, _ in simpler.constants):
        raise ArithmeticError("a constant is not finite")
    return simpler, settled and not scaled


def _write(
    instructions: tuple[Instruction, ...], numbers: tuple[Constant, ...], uses: list[int], *, whole: bool
) -> tuple[Program, bool, bool]:
    """Writes instructions in normal form, shared values with their scale in or out; also tells if one has a scale."""
    algebra = Algebra()
    constants = [(make_scale(value), ONE) for value in numbers]
    values: list[Value] = [(1, X)]
    scaled = False
    squared = {i[1] for i, used in zip(instructions, uses[1:], strict=True) if used and len(i) > 2 and i[1] == i[2]}
    for position, (name, *references) in enumerate(instructions, 1):
        count = uses[position]
        if not count:
            values.append(ZERO)
            continue
        value = algebra.make(name, *[values[r] if r >= 0 else constants[-1 - r] for r in references])
        if count > 2 or (count == 2 and not (position in squared and _may_be_squared(value))):
            scaled = scaled or (value[0] != 1 and not value[1].absorbs)
            value = algebra.share(value, count, whole)
        values.append(value)
    simpler, settled = write(values[-1])
    return simpler, settled and not algebra.tied, scaled


def _may_be_squared(value: Value) -> bool:
    """Tells whether the square costs no more with the scale outside, which a sum of reciprocals needs inside."""
    node = value[1]
    return not node.absorbs or (isinstance(node, Product) and node.reciprocal)


def _size_and_text(instructions: tuple[Instruction, ...]) -> tuple[int, str]:
    return len(instructions), repr(instructions)


def _distinct(instructions: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    """Makes every user of a repeated instruction use its first occurrence."""
    first: dict[Instruction, int] = {}
    stands_for = [0]
    result: list[Instruction] = []
    for position, instruction in enumerate(instructions, 1):
        name, a, b = instruction if len(instruction) == 3 else (*instruction, None)
        a = stands_for[a] if a > 0 else a
        if b is None:
            instruction = (name, a)
        else:
            b = stands_for[b] if b > 0 else b
            instruction = (name, b, a) if a > b and name in _COMMUTATIVE else (name, a, b)
        result.append(instruction)
        stands_for.append(first.setdefault(instruction, position))
    return tuple(result)


def without_dead_code(program: Program) -> Program:
    """Returns the program with its live instructions only, in order, and its constants numbered by first use."""
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
