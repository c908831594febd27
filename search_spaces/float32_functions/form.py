"""A machine program that is being rewritten, instruction by instruction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from primitives.float_format import FloatFormat
from primitives.machine import MACHINE
from search_spaces.float32_functions.typed_program import Constant, Instruction, Reference


@dataclass(slots=True)
class Form:
    """A program that is being rewritten; equal instructions and equal constants of the structure are written once.

    Attributes:
        format: the row of the format of its floats.
        instructions: in an order in which operands come first.
        constants: its constants.
    """

    format: FloatFormat
    instructions: list[Instruction]
    constants: list[Constant]
    _places: dict[Instruction, Reference] = field(default_factory=dict)
    _digests: list[str] = field(default_factory=lambda: ["x"])

    def write(self, name: str, operands: Sequence[Reference]) -> Reference:
        """Returns the value of an instruction."""
        instruction = (name, *operands)
        if instruction not in self._places:
            self.instructions.append(instruction)
            self._places[instruction] = len(self.instructions)
            digests = [self.digest(reference) for reference in operands]
            if MACHINE[name].commutative:
                digests[:2] = sorted(digests[:2])
            text = f"{name}({','.join(digests)})"
            self._digests.append(hashlib.blake2b(text.encode(), digest_size=12).hexdigest())
        return self._places[instruction]

    def digest(self, reference: Reference) -> str:
        """Returns what a value computes, as short text that no order of writing changes; fitted constants are alike."""
        return self._digests[reference] if reference >= 0 else constant_text(self.constants[-1 - reference])

    def has(self, name: str, operands: Sequence[Reference]) -> bool:
        """Tells whether an instruction was written."""
        return (name, *operands) in self._places

    def constant(self, constant: Constant) -> Reference:
        """Returns the value of a constant."""
        if not constant.free and constant in self.constants:
            return -1 - self.constants.index(constant)
        self.constants.append(constant)
        return -len(self.constants)

    def number(self, reference: Reference) -> Constant | None:
        """Returns the constant that an operand is, if it is one."""
        return self.constants[-1 - reference] if reference < 0 else None

    def known(self, reference: Reference) -> float | None:
        """Returns the number that an operand is, if it is one that is not fitted."""
        constant = self.number(reference)
        return None if constant is None or constant.free else constant.value

    def instruction(self, reference: Reference) -> Instruction:
        """Returns the instruction that an operand is, or an empty one."""
        return self.instructions[reference - 1] if reference > 0 else ("",)

    def negated(self, reference: Reference) -> Reference:
        """Returns a float with its sign changed."""
        constant = self.number(reference)
        if constant is not None:
            return self.constant(Constant("float", -constant.value, constant.free))
        name, *operands = self.instruction(reference)
        return int(operands[0]) if name == "neg" else self.write("neg", [reference])


def constant_text(constant: Constant) -> str:
    """Writes a constant as part of a structure, to which the value of a fitted one does not belong."""
    return f"{constant.kind} {'~' if constant.free else float(constant.value).hex()}"


def run_on_constants(fmt: FloatFormat, name: str, constants: Sequence[Constant]) -> Any:
    """Returns what an operation gives on constants, as a NumPy number."""
    arrays = [np.array([c.value], fmt.int_dtype if c.kind == "int" else fmt.dtype) for c in constants]
    with np.errstate(all="ignore"):
        return np.asarray(MACHINE[name].exact(fmt, *arrays))[0]
