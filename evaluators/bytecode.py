"""Byte code: programs and their gradients as one flat stream of (operation, a, b, destination) rows.

The interpreter runs a stream over a register file whose rows hold one value per point and start. A block is
the code of one program; :func:`link` joins blocks into the stream of a batch. The gradient is code for the same
interpreter: reverse-mode differentiation emits the adjoint instructions of the primitives table, only for
operands that depend on a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from primitives import PRIMITIVES, primitive
from search_spaces.program import Instruction

OPCODES = {name: code for code, name in enumerate((*PRIMITIVES, "load", "copy"))}
"""Operations by opcode: the primitives, then ``load`` (a constant, spread over the points) and ``copy``."""

X_REGISTER, WEIGHT_REGISTER, FIRST_REGISTER = 0, 1, 2
NUM_REGISTERS = 128
"""Rows of the register file; a block that needs more is refused when it is compiled."""


@dataclass(frozen=True, slots=True)
class Block:
    """The code of one program, relocatable.

    Attributes:
        rows: int32 of shape (length, 4): opcode, a, b, destination. For ``load`` a is the constant's index;
            a destination of ``NUM_REGISTERS + i`` is output i.
        loads: bool of shape (length,), which rows load a constant.
        stores: bool of shape (length,), which rows write an output.
    """

    rows: npt.NDArray[np.int32]
    loads: npt.NDArray[np.bool_]
    stores: npt.NDArray[np.bool_]


class _Assembler:
    """Emits rows, numbering registers as it goes and reusing the result of an equal instruction."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, int, int]] = []
        self._results: dict[tuple[Any, ...], int] = {}
        self._next = FIRST_REGISTER

    def __call__(self, name: str, *operands: int) -> int:
        key = (name, *operands)
        register = self._results.get(key)
        if register is None:
            register = self._results[key] = self._next
            if register >= NUM_REGISTERS:
                raise ValueError(f"the program needs more than {NUM_REGISTERS} registers; lower its operations")
            self._next += 1
            self.rows.append((OPCODES[name], operands[0], operands[-1], register))
        return register

    def store(self, register: int, output: int) -> None:
        self.rows.append((OPCODES["copy"], register, register, NUM_REGISTERS + output))

    def block(self) -> Block:
        rows = np.array(self.rows, np.int32)
        return Block(rows, rows[:, 0] == OPCODES["load"], rows[:, 3] >= NUM_REGISTERS)


@lru_cache(maxsize=65_536)
def value_block(instructions: tuple[Instruction, ...], num_constants: int) -> Block:
    """Compiles a program to a block with one output, its value.

    Args:
        instructions: the program's instructions.
        num_constants: how many constants it has.
    """
    emit = _Assembler()
    values, _ = _forward(emit, instructions, num_constants)
    emit.store(values[-1], 0)
    return emit.block()


@lru_cache(maxsize=65_536)
def gradient_block(instructions: tuple[Instruction, ...], num_constants: int) -> Block:
    """Compiles a program and its gradient to a block.

    Args:
        instructions: the program's instructions.
        num_constants: how many constants it has.

    Returns:
        a block with outputs 0: the value, and 1 + k: the weight times the derivative by constant k.
    """
    emit = _Assembler()
    values, constants = _forward(emit, instructions, num_constants)
    emit.store(values[-1], 0)
    adjoints = _reverse(emit, instructions, values, constants)
    for k in range(num_constants):
        if -1 - k in adjoints:
            emit.store(adjoints[-1 - k], 1 + k)
    return emit.block()


def _forward(
    emit: _Assembler, instructions: tuple[Instruction, ...], num_constants: int
) -> tuple[list[int], list[int]]:
    constants = [emit("load", k) for k in range(num_constants)]
    values = [X_REGISTER]
    for name, *references in instructions:
        values.append(emit(name, *[values[r] if r >= 0 else constants[-1 - r] for r in references]))
    return values, constants


def _depends_on_constants(instructions: tuple[Instruction, ...]) -> list[bool]:
    depends = [False]
    for _, *references in instructions:
        depends.append(any(r < 0 or depends[r] for r in references))
    return depends


def _reverse(
    emit: _Assembler, instructions: tuple[Instruction, ...], values: list[int], constants: list[int]
) -> dict[int, int]:
    """Emits the adjoint sweep; returns the register of the adjoint by reference."""
    depends = _depends_on_constants(instructions)
    adjoints = {len(instructions): WEIGHT_REGISTER}

    def accumulate(reference: int, sign: int, contribution: Callable[[], int]) -> None:
        if reference >= 0 and not depends[reference]:
            return
        register = contribution()
        if reference in adjoints:
            adjoints[reference] = emit("add" if sign > 0 else "sub", adjoints[reference], register)
        else:
            adjoints[reference] = register if sign > 0 else emit("neg", register)

    for position in range(len(instructions), 0, -1):
        if position not in adjoints or not depends[position]:
            continue
        name, *references = instructions[position - 1]
        operands = [values[r] if r >= 0 else constants[-1 - r] for r in references]
        rules = primitive(name).adjoint(emit, adjoints[position], values[position], *operands)
        for reference, (sign, contribution) in zip(references, rules, strict=True):
            accumulate(reference, sign, contribution)
    return adjoints


def link(blocks: Sequence[Block], num_constants: int, num_outputs: int, length: int) -> npt.NDArray[np.int32]:
    """Joins the blocks of a chunk into one stream.

    Args:
        blocks: one per program of the chunk.
        num_constants: constants held per program; constant k of program n stands at n * num_constants + k.
        num_outputs: outputs kept per program; output i of program n is n * num_outputs + i.
        length: rows of the stream; the rest is filled with copies to a register that nothing reads.

    Returns:
        int32 of shape (length + 1, 4); the last row holds the number of rows in use.
    """
    stream = np.zeros((length + 1, 4), np.int32)
    end = 0
    for n, block in enumerate(blocks):
        rows = stream[end : end + len(block.rows)]
        rows[:] = block.rows
        rows[block.loads, 1] += n * num_constants
        rows[block.stores, 3] += n * num_outputs
        end += len(block.rows)
    stream[length, 0] = end
    return stream
