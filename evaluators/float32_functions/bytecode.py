"""Byte code of typed programs: rows of (operation, three operands, destination) for the interpreter.

Rows that depend on no fitted constant come first: they run once for all vectors of constants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from primitives.machine import MACHINE
from search_spaces.float32_functions.typed_program import Instruction, Reference, TypedProgram, X

X_REGISTER, FIRST_REGISTER = 0, 1
NUM_REGISTERS = 96
MAX_ROWS = 192
MAX_CONSTANTS = 64

_READING_CONSTANTS = {"fma": ("rrc", "rcr", "rcc"), "mul": ("rc",), "add": ("rc",)}
"""Operations that read constants (c) beside registers (r) themselves; for others, constants are loaded."""


def _opcodes() -> Iterator[str]:
    yield "load"
    for name in MACHINE:
        yield name
        yield from (f"{name}_{places}" for places in _READING_CONSTANTS.get(name, ()))


OPCODES = {name: code for code, name in enumerate(_opcodes())}
"""Operations by opcode: ``load`` (a constant, spread over the lanes), the machine's on registers, and those that read
constants themselves."""


@dataclass(frozen=True, slots=True)
class Code:
    """The byte code of a program.

    Attributes:
        rows: int32 of shape (MAX_ROWS, 5): opcode, three operands, destination; padded with zeros. An operand is a
            register or the index of a constant, as the opcode has it.
        num_shared: how many rows, from the first, depend on no fitted constant.
        num_rows: how many rows there are.
        output: the register that holds the output after the last row.
    """

    rows: npt.NDArray[np.int32]
    num_shared: int
    num_rows: int
    output: int


def assemble(program: TypedProgram) -> Code:
    """Compiles a program.

    Raises:
        ValueError: when it has more constants, rows or registers than the interpreter holds.
    """
    if len(program.constants) > MAX_CONSTANTS:
        raise ValueError(f"a program may have {MAX_CONSTANTS} constants, not {len(program.constants)}; drop some")
    free = frozenset(-1 - k for k, constant in enumerate(program.constants) if constant.free)
    return _assemble(program.instructions, free)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row before registers are allocated; ``places`` tells registers (r) from constants (c) among the operands."""

    name: str
    places: str
    operands: tuple[Reference, ...]
    defines: Reference

    @property
    def reads(self) -> set[Reference]:
        """What it reads from registers."""
        return {r for r, place in zip(self.operands, self.places, strict=True) if place == "r"}


_Rows: TypeAlias = dict[Reference, _Row]
"""Rows by what they define."""


@lru_cache(maxsize=4096)
def _assemble(instructions: tuple[Instruction, ...], free: frozenset[Reference]) -> Code:
    varying, live = _varying(instructions, free), _live(instructions)
    shared: _Rows = {}
    body: _Rows = {}
    for position, instruction in enumerate(instructions, 1):
        if live[position]:
            row = _row(position, instruction, free)
            for constant in sorted(r for r in row.reads if r < 0):
                load = _Row("load", "c", (constant,), constant)
                (body if constant in free else shared).setdefault(constant, load)
            (body if varying[position] else shared)[position] = row
    ordered = [*shared.values(), *body.values()]
    registers = _registers(ordered, len(shared), len(instructions))
    rows = np.zeros((MAX_ROWS, 5), np.int32)
    for n, row in enumerate(ordered):
        rows[n, 0], rows[n, 4] = OPCODES[row.name], registers[row.defines]
        for k, (reference, place) in enumerate(zip(row.operands, row.places, strict=True), 1):
            rows[n, k] = registers[reference] if place == "r" else -1 - reference
    return Code(rows, len(shared), len(ordered), registers[len(instructions)])


def _row(position: int, instruction: Instruction, free: frozenset[Reference]) -> _Row:
    name, *references = instruction
    if MACHINE[name].commutative and references[0] in free and references[1] not in free:
        references[:2] = reversed(references[:2])
    places = "".join("c" if r in free else "r" for r in references)
    if places not in _READING_CONSTANTS.get(name, ()):
        return _Row(name, "r" * len(references), tuple(references), position)
    return _Row(f"{name}_{places}", places, tuple(references), position)


def _varying(instructions: Sequence[Instruction], free: frozenset[Reference]) -> list[bool]:
    """Returns by reference whether a value depends on a fitted constant."""
    varying = [False]
    for _, *references in instructions:
        varying.append(any(r in free if r < 0 else varying[r] for r in references))
    return varying


def _live(instructions: Sequence[Instruction]) -> list[bool]:
    """Returns by reference whether the output depends on a value."""
    live = [False] * len(instructions) + [True]
    for position in range(len(instructions), 0, -1):
        if live[position]:
            for reference in instructions[position - 1][1:]:
                live[max(reference, 0)] = True
    return live


def _registers(rows: Sequence[_Row], num_shared: int, output: Reference) -> dict[Reference, int]:
    """Gives every value a register, free again after its last use: few registers stay in the nearest cache.

    What the shared rows define for the others keeps its register, as these run again and again.
    """
    if len(rows) > MAX_ROWS:
        raise ValueError(f"the program has {len(rows)} rows of code, more than {MAX_ROWS}; lower its operations")
    last_use = {reference: n for n, row in enumerate(rows) for reference in row.reads}
    lasting = {row.defines for row in rows[:num_shared] if last_use.get(row.defines, num_shared) >= num_shared}
    kept = {X, output, *lasting}
    registers = {X: X_REGISTER}
    free = list(range(NUM_REGISTERS - 1, FIRST_REGISTER - 1, -1))
    for n, row in enumerate(rows):
        free += [registers[r] for r in sorted(row.reads) if last_use[r] == n and r not in kept]
        if not free:
            raise ValueError(f"the program needs more than {NUM_REGISTERS} registers; lower its operations")
        registers[row.defines] = free.pop()
    return registers
