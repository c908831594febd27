"""The genome of machine programs: an immutable straight-line program of typed operations and exact constants."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from primitives.float_format import FORMATS, FloatFormat
from primitives.machine import MACHINE
from primitives.machine_primitive import Kind

Reference: TypeAlias = int
"""An operand: 0 is the input x, ``n > 0`` the result of instruction n - 1, ``n < 0`` the constant -1 - n."""

Instruction: TypeAlias = tuple[Any, ...]
"""An operation's name followed by its operands: ``("fma", 0, -1, -2)`` is x * c0 + c1, rounded once."""

X: Reference = 0

_STATEMENT = re.compile(r"v([0-9]+)=([a-z][a-z0-9_]*)\(((?:x|v[1-9][0-9]*|c[0-9]+)(?:,(?:x|v[1-9][0-9]*|c[0-9]+))*)\)")


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of a program.

    Attributes:
        kind: ``float`` or ``int``.
        value: exactly representable in the program's format, or an integer of its width.
        free: whether it is fitted; others are part of the structure, such as the high part of log(2).
    """

    kind: Kind
    value: float | int
    free: bool = False

    def __eq__(self, other: object) -> bool:
        """Tells the two zeros apart, which programs do too, and not NaN from itself."""
        return isinstance(other, Constant) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[Kind, bool, str]:
        return self.kind, self.free, str(self.value) if self.kind == "int" else float(self.value).hex()


@dataclass(frozen=True, slots=True)
class TypedProgram:
    """A straight-line program of one input; the last instruction is the output, a float.

    Attributes:
        instructions: at least one; operands refer to x, to constants and to earlier instructions only.
        constants: their kinds and values.
        format: the name of the format of its floats.
    """

    instructions: tuple[Instruction, ...]
    constants: tuple[Constant, ...]
    format: str = "float32"

    @property
    def float_format(self) -> FloatFormat:
        """The row of the format."""
        return FORMATS[self.format]

    @property
    def cost(self) -> float:
        """The sum of the costs of its operations, by their weights."""
        return sum(MACHINE[name].cost for name, *_ in self.instructions)

    def kind(self, reference: Reference) -> Kind:
        """Returns what an operand is."""
        if reference < 0:
            return self.constants[-1 - reference].kind
        return "float" if reference == X else MACHINE[self.instructions[reference - 1][0]].result

    def run(self, x: Any, constants: Sequence[Any], meaning: Callable[..., Any]) -> list[Any]:
        """Runs the program under any meaning of its operations.

        Args:
            x: the input value.
            constants: one value per constant, of the type that the meaning takes.
            meaning: called as ``meaning(name, *operands)`` for each instruction in order.

        Returns:
            every value, the input first; the last is the output.
        """
        values: list[Any] = [x]
        for name, *references in self.instructions:
            operands = [values[r] if r >= 0 else constants[-1 - r] for r in references]
            values.append(meaning(name, *operands))
        return values


def validate(program: TypedProgram) -> TypedProgram:
    """Checks that a program is well formed and well typed, and returns it.

    Raises:
        ValueError: naming the instruction or constant, the rule and the value that breaks it.
    """
    if program.format not in FORMATS:
        raise ValueError(f"the format must be one of {', '.join(FORMATS)}, not {program.format!r}")
    if not program.instructions:
        raise ValueError("a program needs at least one instruction, this one has none")
    for index, constant in enumerate(program.constants):
        _check_constant(index, constant, program.float_format)
    for position, (name, *references) in enumerate(program.instructions):
        _check_instruction(program, position, name, references)
    if program.kind(len(program.instructions)) != "float":
        raise ValueError(f"the last instruction ({program.instructions[-1][0]}) must give a float")
    return program


def _check_constant(index: int, constant: Constant, fmt: FloatFormat) -> None:
    value = constant.value
    if constant.kind == "int":
        bound = 2 ** (fmt.bits - 1)
        if not isinstance(value, int) or not -bound <= value < bound:
            raise ValueError(f"constant {index} must be an integer of {fmt.bits} bits, not {value!r}")
    elif constant.kind != "float":
        raise ValueError(f"constant {index} must be float or int, not {constant.kind!r}")
    elif not (math.isnan(value) or fmt.nearest(value) == value):
        raise ValueError(
            f"constant {index} must be a number of {fmt.name}, not {value!r}; the nearest is {fmt.nearest(value)!r}"
        )


def _check_instruction(program: TypedProgram, position: int, name: str, references: Sequence[Reference]) -> None:
    if name not in MACHINE:
        raise ValueError(f"operation {name!r} is not registered; use one of: {', '.join(MACHINE)}")
    row = MACHINE[name]
    if len(references) != row.arity:
        raise ValueError(f"instruction {position} ({name}) takes {row.arity} operands, not {len(references)}")
    for reference, kind in zip(references, row.operands, strict=True):
        if not -len(program.constants) <= reference <= position:
            raise ValueError(
                f"instruction {position} ({name}) refers to {reference}; allowed are "
                f"{-len(program.constants)} (last constant) to {position} (previous instruction)"
            )
        if program.kind(reference) != kind:
            raise ValueError(f"instruction {position} ({name}) takes {kind}, not {program.kind(reference)}")


def _operand_text(reference: Reference) -> str:
    if reference == X:
        return "x"
    return f"v{reference}" if reference > 0 else f"c{-1 - reference}"


def _operand_reference(text: str) -> Reference:
    if text == "x":
        return X
    return int(text[1:]) if text.startswith("v") else -1 - int(text[1:])


def _constant_text(constant: Constant) -> str:
    text = str(constant.value) if constant.kind == "int" else float(constant.value).hex()
    return ("~" if constant.free else "") + text


def _read_constant(text: str) -> Constant:
    free, text = text.startswith("~"), text.removeprefix("~")
    if re.fullmatch(r"-?[0-9]{1,12}", text):
        return Constant("int", int(text), free)
    return Constant("float", float.fromhex(text), free)


def _read_instruction(position: int, text: str) -> Instruction:
    match = _STATEMENT.fullmatch(text)
    if not match or int(match[1]) != position:
        raise ValueError(f"statement {position} must read v{position}=operation(operands), not {text[:40]!r}")
    return (match[2], *map(_operand_reference, match[3].split(",")))


def encode(program: TypedProgram) -> str:
    """Writes a program as one line of JSON.

    Constants are hexadecimal floats or decimal integers; those that are fitted begin with ``~``.
    """
    code = ";".join(
        f"v{i}={name}({','.join(map(_operand_text, references))})"
        for i, (name, *references) in enumerate(program.instructions, 1)
    )
    data = {"format": program.format, "code": code, "constants": [_constant_text(c) for c in program.constants]}
    return json.dumps(data, separators=(",", ":"))


def decode(text: str) -> TypedProgram:
    """Reads a program that :func:`encode` wrote, checking every reference and type.

    Raises:
        ValueError: when the text is not a valid program.
    """
    try:
        data = json.loads(text)
        instructions = tuple(_read_instruction(i, part) for i, part in enumerate(data["code"].split(";"), 1))
        constants = tuple(map(_read_constant, data["constants"]))
        program = TypedProgram(instructions, constants, data["format"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not an encoded program ({error}): {text[:80]!r}") from error
    return validate(program)
