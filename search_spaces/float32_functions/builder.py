"""Writes typed programs as expressions: ``b = Builder(); b.program(b("fma", b.x, 2.0, b.free()))``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypeAlias

from primitives.float_format import FLOAT32, FloatFormat
from primitives.machine import MACHINE
from primitives.machine_primitive import Kind
from search_spaces.float32_functions.typed_program import (
    Constant,
    Instruction,
    Reference,
    TypedProgram,
    X,
    validate,
)


class Builder:
    """Collects instructions and constants; equal instructions are written once.

    Attributes:
        format: the row of the format of its floats.
        x: the input.
        instructions: those written so far.
        constants: those used so far.
    """

    def __init__(self, fmt: FloatFormat = FLOAT32) -> None:
        """Starts an empty program of a format."""
        self.format = fmt
        self.instructions: list[Instruction] = []
        self._places: dict[Instruction, Reference] = {}
        self.constants: list[Constant] = []
        self.x = Value(self, X, "float")

    @classmethod
    def of(cls, program: TypedProgram) -> Self:
        """Returns a builder that goes on from a program."""
        builder = cls(program.float_format)
        builder.instructions = list(program.instructions)
        builder._places = {code: place for place, code in reversed([*enumerate(program.instructions, 1)])}
        builder.constants = list(program.constants)
        return builder

    def value(self, reference: Reference) -> Value:
        """Returns the value that an operand of the program so far refers to."""
        if reference < 0:
            return Value(self, reference, self.constants[-1 - reference].kind)
        return Value(self, reference, MACHINE[self.instructions[reference - 1][0]].result) if reference else self.x

    def free(self, start: float = 0.0) -> Value:
        """Returns a new constant that is fitted, from a start."""
        return self._constant(Constant("float", self.format.nearest(start), free=True))

    def fixed(self, value: float) -> Value:
        """Returns a constant of the structure, rounded to the format."""
        return self._constant(Constant("float", self.format.nearest(value)))

    def integer(self, value: int) -> Value:
        """Returns an integer constant."""
        return self._constant(Constant("int", value))

    def __call__(self, name: str, *operands: Operand) -> Value:
        """Returns the value of an operation; Python numbers become constants of the structure of the kind it takes."""
        row = MACHINE[name]
        values = [
            operand if isinstance(operand, Value) else self._plain(operand, kind)
            for operand, kind in zip(operands, row.operands, strict=True)
        ]
        instruction = (name, *(value.reference for value in values))
        if instruction not in self._places:
            self.instructions.append(instruction)
            self._places[instruction] = len(self.instructions)
        return Value(self, self._places[instruction], row.result)

    def program(self, output: Value) -> TypedProgram:
        """Returns the program whose output is a value; instructions after it are left out."""
        if output.reference < 1:
            output = output * 1.0
        return validate(
            TypedProgram(tuple(self.instructions[: output.reference]), tuple(self.constants), self.format.name)
        )

    def _plain(self, value: float | int, kind: Kind) -> Value:
        return self.integer(int(value)) if kind == "int" else self.fixed(float(value))

    def _constant(self, constant: Constant) -> Value:
        if constant in self.constants and not constant.free:
            return Value(self, -1 - self.constants.index(constant), constant.kind)
        self.constants.append(constant)
        return Value(self, -len(self.constants), constant.kind)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a program being built; arithmetic on it appends instructions."""

    builder: Builder
    reference: Reference
    kind: Kind

    def __add__(self, other: Operand) -> Value:
        return self.builder("int_add" if self.kind == "int" else "add", self, other)

    def __sub__(self, other: Operand) -> Value:
        return self.builder("int_sub" if self.kind == "int" else "sub", self, other)

    def __mul__(self, other: Operand) -> Value:
        return self.builder("mul", self, other)

    def __truediv__(self, other: Operand) -> Value:
        return self.builder("div", self, other)

    def __neg__(self) -> Value:
        return self.builder("neg", self)

    def __lt__(self, other: Operand) -> Value:
        return self.builder("int_less" if self.kind == "int" else "less", self, other)


Operand: TypeAlias = Value | float | int
