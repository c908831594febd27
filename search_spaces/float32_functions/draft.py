"""A program being changed: its instructions may stand in any order, and dead ones among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from primitives.float_format import FORMATS
from primitives.machine import MACHINE
from primitives.machine_primitive import Kind
from search_spaces.float32_functions.typed_program import Constant, Instruction, Reference, TypedProgram, X


class Draft:
    """A mutable copy of a program.

    Attributes:
        format: the row of the format of its floats.
        instructions: each an operation's name followed by its operands, which may come later.
        constants: its constants.
        output: the value that the program returns.
    """

    def __init__(self, program: TypedProgram) -> None:
        """Copies a program."""
        self.format = FORMATS[program.format]
        self.instructions: list[list[Any]] = [list(instruction) for instruction in program.instructions]
        self.constants = list(program.constants)
        self.output: Reference = len(program.instructions)

    def kind(self, reference: Reference) -> Kind:
        """Returns what an operand is."""
        if reference < 0:
            return self.constants[-1 - reference].kind
        return "float" if reference == X else MACHINE[self.instructions[reference - 1][0]].result

    def references(self, kind: Kind, limit: Reference) -> list[Reference]:
        """Returns x and the instructions up to a limit that are of a kind."""
        return [reference for reference in range(limit + 1) if self.kind(reference) == kind]

    def append(self, name: str, *operands: Reference) -> Reference:
        """Adds an instruction and returns its value."""
        self.instructions.append([name, *operands])
        return len(self.instructions)

    def constant(self, constant: Constant) -> Reference:
        """Adds a constant and returns its value; equal constants of the structure are one."""
        if not constant.free and constant in self.constants:
            return -1 - self.constants.index(constant)
        self.constants.append(constant)
        return -len(self.constants)

    def redirect(self, old: Reference, new: Reference, users: int | None = None) -> None:
        """Makes the users of a value use another: the first so many instructions, or all, and the output."""
        for instruction in self.instructions[:users]:
            instruction[1:] = [new if reference == old else reference for reference in instruction[1:]]
        if self.output == old:
            self.output = new

    def program(self) -> TypedProgram | None:
        """Returns the program without its dead code; None where a value depends on itself or the output is no float."""
        if self.kind(self.output) != "float":
            return None
        if self.output < 1:
            self.output = self.append("mul", self.output, self.constant(Constant("float", 1.0)))
        return linearised(list(map(tuple, self.instructions)), self.constants, self.output, self.format.name)


def linearised(
    instructions: Sequence[Instruction], constants: Sequence[Constant], output: Reference, fmt: str
) -> TypedProgram | None:
    """Returns the live instructions in depth-first order, constants numbered by their first use.

    Args:
        instructions: in any order.
        constants: those that they refer to.
        output: the instruction that the program returns.
        fmt: the name of the format.

    Returns:
        the program, or None where a value depends on itself.
    """
    order = _depth_first(instructions, output)
    if order is None:
        return None
    renumbered = {X: X}
    numbers: list[Constant] = []
    written: list[Instruction] = []
    for position in order:
        name, *references = instructions[position - 1]
        for reference in references:
            if reference not in renumbered:
                numbers.append(constants[-1 - reference])
                renumbered[reference] = -len(numbers)
        written.append((name, *(renumbered[reference] for reference in references)))
        renumbered[position] = len(written)
    return TypedProgram(tuple(written), tuple(numbers), fmt)


def _depth_first(instructions: Sequence[Instruction], output: Reference) -> list[Reference] | None:
    """Returns the instructions that the output needs, operands first; None where one needs itself."""
    done: dict[Reference, None] = {}
    entered: set[Reference] = set()
    stack = [output]
    while stack:
        reference = stack[-1]
        waiting = [r for r in instructions[reference - 1][1:] if r > 0 and r not in done]
        entered.add(reference)
        if not waiting:
            done[stack.pop()] = None
        elif waiting[0] in entered:
            return None
        else:
            stack.append(waiting[0])
    return list(done)
