"""The genome of scalar functions: an immutable straight-line program with constants."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from primitives import PRIMITIVES, primitive

Reference: TypeAlias = int
"""An operand: 0 is the input x, ``n > 0`` the result of instruction n - 1, ``n < 0`` the constant -1 - n."""

Instruction: TypeAlias = tuple[Any, ...]
"""An operation's name followed by its operands: ``("add", 0, -1)`` is x + c0."""

Constant: TypeAlias = tuple[float, float]
"""A real number as an unevaluated sum of two doubles (double-double), the leading part first."""

X: Reference = 0

_STATEMENT = re.compile(r"v([0-9]+)=([a-z][a-z0-9_]*)\(((?:x|v[1-9][0-9]*|c[0-9]+)(?:,(?:x|v[1-9][0-9]*|c[0-9]+))*)\)")


@dataclass(frozen=True, slots=True)
class Program:
    """A straight-line program of one input; the last instruction is the output.

    Attributes:
        instructions: at least one; operands refer to x, to constants and to earlier instructions only.
        constants: the values of the constants, in double-double.
    """

    instructions: tuple[Instruction, ...]
    constants: tuple[Constant, ...]

    @property
    def operations(self) -> int:
        """The number of operations, each instruction at its primitive's cost."""
        return sum([PRIMITIVES[instruction[0]].cost for instruction in self.instructions])

    def apply(self, x: Any, constants: Sequence[Any], meaning: Callable[..., Any]) -> Any:
        """Runs the program under any meaning of its operations.

        Args:
            x: the input value.
            constants: one value per constant, of the type that the meaning takes.
            meaning: called as ``meaning(name, *operands)`` for each instruction in order.

        Returns:
            the value of the last instruction.
        """
        values: list[Any] = [x]
        for name, *references in self.instructions:
            operands = [values[r] if r >= 0 else constants[-1 - r] for r in references]
            values.append(meaning(name, *operands))
        return values[-1]


def validate(program: Program) -> Program:
    """Checks that a program is well formed and returns it.

    Raises:
        ValueError: naming the instruction, the rule and the value that breaks it.
    """
    if not program.instructions:
        raise ValueError("a program needs at least one instruction, this one has none")
    for position, (name, *references) in enumerate(program.instructions):
        if len(references) != primitive(name).arity:
            raise ValueError(
                f"instruction {position} ({name}) takes {primitive(name).arity} operands, not {len(references)}"
            )
        for reference in references:
            if not -len(program.constants) <= reference <= position:
                raise ValueError(
                    f"instruction {position} ({name}) refers to {reference}; allowed are "
                    f"{-len(program.constants)} (last constant) to {position} (previous instruction)"
                )
    return program


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


def _operand_text(reference: Reference) -> str:
    if reference == X:
        return "x"
    return f"v{reference}" if reference > 0 else f"c{-1 - reference}"


def _operand_reference(text: str) -> Reference:
    if text == "x":
        return X
    return int(text[1:]) if text.startswith("v") else -1 - int(text[1:])


def _read_instruction(position: int, text: str) -> Instruction:
    match = _STATEMENT.fullmatch(text)
    if not match or int(match[1]) != position:
        raise ValueError(f"statement {position} must read v{position}=operation(operands), not {text[:40]!r}")
    return (match[2], *map(_operand_reference, match[3].split(",")))


def encode(program: Program) -> str:
    """Writes a program as one line of JSON: ``{"code": "v1=add(x,c0);...", "constants": [["0x..", "0x.."], ...]}``."""
    code = ";".join(
        f"v{i}={name}({','.join(map(_operand_text, references))})"
        for i, (name, *references) in enumerate(program.instructions, 1)
    )
    constants = [[high.hex(), low.hex()] for high, low in program.constants]
    return json.dumps({"code": code, "constants": constants}, separators=(",", ":"))


def decode(text: str) -> Program:
    """Reads a program that :func:`encode` wrote, checking every reference.

    Raises:
        ValueError: when the text is not a valid program.
    """
    try:
        data = json.loads(text)
        instructions = tuple(_read_instruction(i, part) for i, part in enumerate(data["code"].split(";"), 1))
        constants = tuple((float.fromhex(high), float.fromhex(low)) for high, low in data["constants"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not an encoded program ({error}): {text[:80]!r}") from error
    return validate(Program(instructions, constants))
