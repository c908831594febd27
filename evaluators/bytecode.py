"""Byte code: programs and their gradients as rows of (operation, a, b, destination).

The interpreter runs the rows of a block over a register file whose rows hold one value per point and start. The
gradient is code for the same interpreter: reverse-mode differentiation emits the adjoint instructions of the
primitives table, only for operands that depend on a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from primitives import PRIMITIVES, primitive
from search_spaces.program import Instruction

Block: TypeAlias = npt.NDArray[np.int32]
"""The code of one program, of shape (length, 4): opcode, a, b, destination. For ``load`` a is the constant's
index; register ``NUM_REGISTERS + i`` is output i."""

OPCODES = {name: code for code, name in enumerate((*PRIMITIVES, "load", "copy"))}
"""Operations by opcode: the primitives, then ``load`` (a constant, spread over the points) and ``copy``."""

X_REGISTER, WEIGHT_REGISTER, FIRST_REGISTER = 0, 1, 2
NUM_REGISTERS = 128
"""Registers before the outputs; a program that needs more is refused when it is compiled."""

_LOAD, _COPY = OPCODES["load"], OPCODES["copy"]


class _Assembler:
    """Emits rows, one new value each, and reuses the value of an equal instruction."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, int]] = []
        self._values: dict[tuple[str | int, ...], int] = {}
        self._outputs: dict[int, int] = {}

    def __call__(self, name: str, *operands: int) -> int:
        key: tuple[str | int, ...] = (name, *operands)
        value = self._values.get(key)
        if value is None:
            value = self._values[key] = FIRST_REGISTER + len(self._rows)
            self._rows.append((OPCODES[name], operands[0], operands[-1]))
        return value

    def store(self, value: int, output: int) -> None:
        """Makes a value an output; one that is an output already, or an input, is copied."""
        if value < FIRST_REGISTER or value in self._outputs:
            self._rows.append((_COPY, value, value))
            value = FIRST_REGISTER + len(self._rows) - 1
        self._outputs[value] = NUM_REGISTERS + output

    def block(self) -> Block:
        """Gives every value a register, free again after its last use: few registers stay in the nearest cache."""
        last_use = {
            operand: i for i, (opcode, *operands) in enumerate(self._rows) if opcode != _LOAD for operand in operands
        }
        register = {X_REGISTER: X_REGISTER, WEIGHT_REGISTER: WEIGHT_REGISTER, **self._outputs}
        free: list[int] = []
        unused = FIRST_REGISTER
        rows = []
        for i, (opcode, a, b) in enumerate(self._rows):
            operands = (a, b) if opcode == _LOAD else (register[a], register[b])
            if opcode != _LOAD:
                free += [
                    register[v] for v in {a, b} if last_use[v] == i and FIRST_REGISTER <= register[v] < NUM_REGISTERS
                ]
            value = FIRST_REGISTER + i
            if value not in register:
                if free:
                    register[value] = free.pop()
                else:
                    register[value] = unused
                    unused += 1
            rows.append((opcode, *operands, register[value]))
        if unused > NUM_REGISTERS:
            raise ValueError(f"the program needs {unused} registers, more than {NUM_REGISTERS}; lower its operations")
        return np.array(rows, np.int32)


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
        a block with outputs 0: the value, and 1 + k: the weight times the derivative by constant k; the output of
        a constant on which the value does not depend is never written.
    """
    emit = _Assembler()
    values, constants = _forward(emit, instructions, num_constants)
    adjoints = _reverse(emit, instructions, values, constants)
    emit.store(values[-1], 0)
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
    """Emits the adjoint sweep; returns the value of the adjoint by reference."""
    depends = _depends_on_constants(instructions)
    adjoints = {len(instructions): WEIGHT_REGISTER}

    def accumulate(reference: int, sign: int, contribution: Callable[[], int]) -> None:
        if reference >= 0 and not depends[reference]:
            return
        value = contribution()
        if reference in adjoints:
            adjoints[reference] = emit("add" if sign > 0 else "sub", adjoints[reference], value)
        else:
            adjoints[reference] = value if sign > 0 else emit("neg", value)

    for position in range(len(instructions), 0, -1):
        if position not in adjoints or not depends[position]:
            continue
        name, *references = instructions[position - 1]
        operands = [values[r] if r >= 0 else constants[-1 - r] for r in references]
        rules = primitive(name).adjoint(emit, adjoints[position], values[position], *operands)
        for reference, (sign, contribution) in zip(references, rules, strict=True):
            accumulate(reference, sign, contribution)
    return adjoints


def stack(blocks: Sequence[Block], num_programs: int, length: int) -> tuple[Block, npt.NDArray[np.int32]]:
    """Pads the blocks of a batch to one shape.

    Args:
        blocks: one per program, at most ``num_programs``.
        num_programs: programs of the result; those beyond the blocks do nothing.
        length: rows per program; the padding copies x to itself.

    Returns:
        the code, int32 of shape (num_programs, length, 4), and the rows in use, int32 of shape (num_programs,).

    Raises:
        ValueError: when a block is longer.
    """
    lengths = np.zeros(num_programs, np.int32)
    lengths[: len(blocks)] = [len(block) for block in blocks]
    if lengths.max(initial=0) > length:
        raise ValueError(f"a program has {lengths.max()} rows of code, more than {length}; lower its operations")
    code = np.zeros((num_programs, length, 4), np.int32)
    code[:, :, 0] = _COPY
    if blocks:
        code[np.arange(length) < lengths[:, None]] = np.concatenate(blocks)
    return code, lengths
