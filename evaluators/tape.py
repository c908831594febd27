"""The tape: a program and its gradient in the constants as one flat list of operations on balls.

Reverse-mode differentiation with the adjoints of the primitives table; running the list costs no more than its
arithmetic, where differentiating at every point anew would cost several times that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from flint import arb

from evaluators.balls import Ball
from primitives import primitive
from search_spaces.program import Program

Slot: TypeAlias = int
Step: TypeAlias = tuple[Callable[..., Ball], Slot, Slot]
"""A meaning on balls and its operands' slots; the second is -1 for an operation of one operand."""


class Tape:
    """A program made ready for many evaluations on balls.

    Slots hold x, the constants, the number one, and then one value per step.

    Attributes:
        program: the program.
        num_constants: the length of every gradient.
    """

    def __init__(self, program: Program) -> None:
        self.program, self.num_constants = program, len(program.constants)
        self._steps: list[Step] = []
        self._emitted: dict[tuple[Any, ...], Slot] = {}
        slots = [self._slot(reference) for reference in (0, *range(-1, -1 - self.num_constants, -1))]
        values = [slots[0]]
        for name, *references in program.instructions:
            values.append(self._append(name, [values[r] if r >= 0 else self._slot(r) for r in references]))
        self._output = values[-1]
        self._num_value_steps = len(self._steps)
        self._gradient = self._differentiate(program, values)

    def value(self, x: Ball, constants: Sequence[Ball]) -> Ball:
        """Returns the program's value at x."""
        return self._run(x, constants, self._num_value_steps)[self._output]

    def gradient(self, x: Ball, constants: Sequence[Ball]) -> list[Ball]:
        """Returns the derivatives of the program's value in its constants, in order."""
        slots = self._run(x, constants, len(self._steps))
        return [slots[s] if s is not None else arb(0) for s in self._gradient]

    def _run(self, x: Ball, constants: Sequence[Ball], num_steps: int) -> list[Ball]:
        slots = [x, *constants, arb(1)]
        for meaning, first, second in self._steps[:num_steps]:
            slots.append(meaning(slots[first]) if second < 0 else meaning(slots[first], slots[second]))
        return slots

    @staticmethod
    def _slot(reference: int) -> Slot:
        return -reference

    def _append(self, name: str, operands: Sequence[Slot]) -> Slot:
        self._steps.append((primitive(name).ball, operands[0], operands[1] if len(operands) > 1 else -1))
        return self.num_constants + 1 + len(self._steps)

    def _emit(self, name: str, *operands: Slot) -> Slot:
        key = (name, *operands)
        if key not in self._emitted:
            self._emitted[key] = self._append(name, operands)
        return self._emitted[key]

    def _differentiate(self, program: Program, values: Sequence[Slot]) -> list[Slot | None]:
        """Appends the adjoint steps, from the last instruction to the first."""
        trained = self._trained(program, values)
        adjoints: dict[Slot, Slot] = {self._output: self.num_constants + 1}
        for position in range(len(program.instructions), 0, -1):
            name, *references = program.instructions[position - 1]
            result = values[position]
            if result not in adjoints or result not in trained:
                continue
            operands = [values[r] if r >= 0 else self._slot(r) for r in references]
            rules = primitive(name).adjoint(self._emit, adjoints[result], result, *operands)
            for operand, (sign, contribution) in zip(operands, rules, strict=True):
                if operand in trained:
                    self._accumulate(adjoints, operand, sign, contribution())
        return [adjoints.get(self._slot(-1 - k)) for k in range(self.num_constants)]

    def _trained(self, program: Program, values: Sequence[Slot]) -> set[Slot]:
        """Returns the slots whose value depends on a constant."""
        trained = {self._slot(-1 - k) for k in range(self.num_constants)}
        for position, (_, *references) in enumerate(program.instructions, 1):
            if any((values[r] if r >= 0 else self._slot(r)) in trained for r in references):
                trained.add(values[position])
        return trained

    def _accumulate(self, adjoints: dict[Slot, Slot], operand: Slot, sign: int, term: Slot) -> None:
        if operand in adjoints:
            adjoints[operand] = self._emit("add" if sign > 0 else "sub", adjoints[operand], term)
        else:
            adjoints[operand] = term if sign > 0 else self._emit("neg", term)
