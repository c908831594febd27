"""Byte code: programs and their gradients as rows of (operation, a, b, destination).

The interpreter runs the rows of a block over a register file whose rows hold one value per point and start. The
gradient is code for the same interpreter: reverse-mode differentiation emits the adjoint instructions of the
primitives table, only for operands that depend on a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from primitives import PRIMITIVES, primitive
from search_spaces.program import Instruction

Block: TypeAlias = npt.NDArray[np.int32]
"""The code of one program, of shape (length, 4): opcode, a, b, destination. A register ``NUM_REGISTERS + i`` is
output i; where the opcode takes a constant, its operand is the constant's index."""

Value: TypeAlias = int
"""What an instruction defines or uses: from 0 on a value, numbered in order, ``-1 - k`` the constant k."""

X_REGISTER, WEIGHT_REGISTER, FIRST_REGISTER = 0, 1, 2
NUM_REGISTERS = 128
"""Registers before the outputs; a program that needs more is refused when it is compiled."""


def _opcodes() -> Iterator[str]:
    for row in PRIMITIVES.values():
        yield row.name
        if row.arity == 2:
            yield row.name + "_constant"
            if not row.commutative:
                yield "constant_" + row.name
    yield from ("load", "copy")


OPCODES = {name: code for code, name in enumerate(_opcodes())}
"""Operations by opcode: the primitives on registers; those of two operands, with one of them a constant;
``load`` (a constant, spread over the lanes) and ``copy``."""


class _Assembler:
    """Emits rows, one new value each, and reuses the value of an equal instruction."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, Value, Value]] = []
        self._values: dict[tuple[str, Value, Value], Value] = {}
        self._outputs: dict[Value, int] = {}

    def __call__(self, name: str, *operands: Value) -> Value:
        a, b = operands[0], operands[-1]
        if a < 0 and b < 0:
            a = self._emit("load", a, a)
            b = b if len(operands) == 2 else a
        if b < 0:
            return self._emit(name + "_constant", a, b)
        if a < 0:
            return (
                self._emit(name + "_constant", b, a)
                if primitive(name).commutative
                else self._emit("constant_" + name, a, b)
            )
        return self._emit(name, a, b)

    def _emit(self, name: str, a: Value, b: Value) -> Value:
        key = (name, a, b)
        value = self._values.get(key)
        if value is None:
            value = self._values[key] = self._append(key)
        return value

    def _append(self, row: tuple[str, Value, Value]) -> Value:
        self._rows.append(row)
        return FIRST_REGISTER + len(self._rows) - 1

    def store(self, value: Value, output: int) -> None:
        """Makes a value an output; one that is an output already, an input or a constant, is copied."""
        if value < 0:
            value = self._append(("load", value, value))
        elif value < FIRST_REGISTER or value in self._outputs:
            value = self._append(("copy", value, value))
        self._outputs[value] = NUM_REGISTERS + output

    def block(self) -> Block:
        """Gives every value a register, free again after its last use: few registers stay in the nearest cache."""
        last_use = {value: i for i, row in enumerate(self._rows) for value in row[1:]}
        register = {X_REGISTER: X_REGISTER, WEIGHT_REGISTER: WEIGHT_REGISTER, **self._outputs}
        free = list(range(NUM_REGISTERS - 1, FIRST_REGISTER - 1, -1))
        rows = []
        for i, (name, a, b) in enumerate(self._rows):
            places = [register[v] if v >= 0 else -1 - v for v in (a, b)]
            free += [register[v] for v in {a, b} if v >= FIRST_REGISTER and v not in self._outputs and last_use[v] == i]
            defined = FIRST_REGISTER + i
            if defined not in register:
                if not free:
                    raise ValueError(f"the program needs more than {NUM_REGISTERS} registers; lower its operations")
                register[defined] = free.pop()
            rows.append((OPCODES[name], *places, register[defined]))
        return np.array(rows, np.int32)


@lru_cache(maxsize=65_536)
def value_block(instructions: tuple[Instruction, ...]) -> Block:
    """Compiles a program to a block with one output, its value."""
    emit = _Assembler()
    values = _forward(emit, instructions)
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
    values = _forward(emit, instructions)
    adjoints = _reverse(emit, instructions, values)
    emit.store(values[-1], 0)
    for k in range(num_constants):
        if -1 - k in adjoints:
            emit.store(adjoints[-1 - k], 1 + k)
    return emit.block()


def _forward(emit: _Assembler, instructions: tuple[Instruction, ...]) -> list[Value]:
    values = [X_REGISTER]
    for name, *references in instructions:
        values.append(emit(name, *[values[r] if r >= 0 else r for r in references]))
    return values


def _depends_on_constants(instructions: tuple[Instruction, ...]) -> list[bool]:
    depends = [False]
    for _, *references in instructions:
        depends.append(any(r < 0 or depends[r] for r in references))
    return depends


def _reverse(emit: _Assembler, instructions: tuple[Instruction, ...], values: list[Value]) -> dict[int, Value]:
    """Emits the adjoint sweep; returns the value of the adjoint by reference."""
    depends = _depends_on_constants(instructions)
    adjoints = {len(instructions): WEIGHT_REGISTER}

    def accumulate(reference: int, sign: int, contribution: Callable[[], Value]) -> None:
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
        operands = [values[r] if r >= 0 else r for r in references]
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
    code[:, :, 0] = OPCODES["copy"]
    if blocks:
        code[np.arange(length) < lengths[:, None]] = np.concatenate(blocks)
    return code, lengths
