"""The cost of a program from the weights of its operations, and from how long a chain they form.

The sum of the weights is what the processor's ports need, unless the divider needs longer. A long chain needs more:
the operations that wait for it fill the window in which the processor looks for others to start (Hennessy and
Patterson, "Computer Architecture", section 3.7), so that fewer vectors are on their way at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from search_spaces.float32_functions.typed_program import TypedProgram

WINDOW = 200.0
"""Operations times cycles of the chain that cost one slot; tests/benchmarks/float32_costs.py has the measurements."""

DIVIDER_SLOTS = 10.0
"""Slots for which a division keeps the divider busy; a program costs them where its other operations cost less."""

LATENCIES: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("add", "sub", "mul", "fma", "round_shift", "round", "floor", "to_float"), 4.0),
        **dict.fromkeys(("less", "less_equal", "equal", "int_less", "int_equal", "select", "int_select"), 3.0),
        **dict.fromkeys(("max", "min", "insert_exponent"), 2.0),
        **dict.fromkeys(("bits", "number"), 0.0),
        "to_int": 7.0,
        "div": 11.0,
    }
)
"""Cycles from operands to result, those of others being 1."""


@dataclass(frozen=True, slots=True)
class WeightedCost:
    """Sums the weights of the operations and what their chain adds; microseconds, and the same on every machine."""

    unit: ClassVar[str] = "slots"
    deterministic: ClassVar[bool] = True

    def __call__(self, program: TypedProgram) -> float:
        """Returns the slots of a program."""
        divisions = [name for name, *_ in program.instructions].count("div")
        waiting = chain_cycles(program) * len(program.instructions) / WINDOW
        return max(program.cost, DIVIDER_SLOTS * divisions) + waiting


def chain_cycles(program: TypedProgram) -> float:
    """Returns the cycles of the longest chain of operations from the input or a constant to the output."""
    ready = [0.0]
    for name, *references in program.instructions:
        start = max(ready[reference] if reference >= 0 else 0.0 for reference in references)
        ready.append(start + LATENCIES.get(name, 1.0))
    return ready[-1]
