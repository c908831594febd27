"""The vectorised loops in the machine code of a function of arrays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evaluators.float32_functions.cost.disassembly import Instruction

_MEMORY = re.compile(r"\((%r\w+)?,?\s*(%r\w+)?,?\s*([1248])?\)$")
_STEP = re.compile(r"^\$(-?0x[0-9a-f]+|-?[0-9]+),\s*(%r\w+)$")
_STACK = ("%rsp", "%rbp")


@dataclass(frozen=True, slots=True)
class Loop:
    """An innermost loop that stores vectors.

    Attributes:
        body: its instructions, the closing jump included.
        bytes_per_pass: how far one pass moves on in the array that it stores to.
    """

    body: tuple[Instruction, ...]
    bytes_per_pass: int


def vector_loops(function: Sequence[Instruction]) -> list[Loop]:
    """Returns the innermost loops of a function that store vectors, in order.

    Raises:
        ValueError: when it is not clear how many elements one pass of such a loop takes.
    """
    bodies: list[tuple[Instruction, ...]] = []
    for jump in function:
        start = _target(jump)
        if start is None or start > jump.address:
            continue
        if bodies and bodies[-1][0].address >= start:
            continue  # the jump closes a loop around the last one
        bodies.append(tuple(i for i in function if start <= i.address <= jump.address))
    stores = [(body, [i for i in body if _stores(i)]) for body in bodies]
    return [Loop(body, _bytes_per_pass(body, stored[-1])) for body, stored in stores if stored]


def _target(instruction: Instruction) -> int | None:
    """Returns where a jump goes to; None for other instructions, and for jumps through a register."""
    word = instruction.operands.split(" ")[0].removeprefix("0x")
    is_address = instruction.name.startswith("j") and re.fullmatch("[0-9a-f]+", word)
    return int(word, 16) if is_address else None


def _stores(instruction: Instruction) -> bool:
    """Says whether a vector goes to memory other than the stack."""
    match = _MEMORY.search(instruction.operands)
    return bool(instruction.name.startswith("v") and match and match[1] not in _STACK)


def _bytes_per_pass(body: Sequence[Instruction], store: Instruction) -> int:
    match = _MEMORY.search(store.operands)
    assert match is not None
    strides = {match[1]: 1, match[2]: int(match[3] or 1)}
    moved = sum(
        strides[step[2]] * _signed(step[1], i.name)
        for i in body
        if i.name.startswith(("add", "sub")) and (step := _STEP.match(i.operands)) and step[2] in strides
    )
    if moved == 0:
        raise ValueError(f"cannot tell how many elements one pass of the loop at {body[0].address:#x} takes")
    return abs(moved)


def _signed(immediate: str, name: str) -> int:
    """Returns by how much an addition or subtraction moves, its operand read as 64 bits with a sign."""
    value = int(immediate, 0)
    value -= 2**64 * (value >= 2**63)
    return -value if name.startswith("sub") else value
