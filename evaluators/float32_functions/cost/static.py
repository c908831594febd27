"""The cost of a program from the machine code that XLA makes of it, the same on each call.

It counts what the vectorised loops do to one vector, in slots: a fused multiply-add is one, what any vector port takes
is less, moves between registers are renamed away, and a division keeps its own unit busy while others go on (Fog,
"Instruction tables", lists them for each processor). The longest chain adds what it adds in :mod:`..weights`.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from evaluators.float32_functions.compiled import compile_program
from evaluators.float32_functions.cost.chain import chain_cycles
from evaluators.float32_functions.cost.disassembly import Instruction, instructions
from evaluators.float32_functions.cost.loops import Loop, vector_loops
from evaluators.float32_functions.cost.object_code import object_code
from evaluators.float32_functions.cost.weights import DIVIDER_SLOTS, WINDOW
from primitives.float_format import FloatFormat
from search_spaces.float32_functions.typed_program import TypedProgram

NUM_ELEMENTS = 4096

_DIVIDER = ("vdiv", "vsqrt")
_FLOATING = ("vfm", "vfnm", "vadd", "vsub", "vmul", "vmax", "vmin", "vrnd", "vround", "vcvt", "vrange", "vscal")
_GATHERS = ("vgather", "vpgather", "vscatter", "vpscatter")


@dataclass(frozen=True, slots=True)
class SlotWeights:
    """Slots that an instruction on a vector takes, a fused multiply-add being 1.

    Attributes:
        floating: additions, products, largest of two, conversions.
        other: logic, comparisons, blends, integers.
        memory: loads and stores.
        scalar: instructions on scalars, such as those that count the passes.
        gather: loads by index.
    """

    floating: float = 1.0
    other: float = 0.5
    memory: float = 0.5
    scalar: float = 0.1
    gather: float = 16.0


@dataclass(frozen=True, slots=True)
class StaticCost:
    """Counts the slots of the loops that XLA emitted; about a tenth of a second a program.

    Attributes:
        width: the vectors that XLA prefers, in bits.
        weights: slots of the instructions.
    """

    unit: ClassVar[str] = "slots"
    deterministic: ClassVar[bool] = True

    width: int = 512
    weights: SlotWeights = SlotWeights()

    def __call__(self, program: TypedProgram) -> float:
        """Returns the slots that a program takes for one vector of the width.

        Raises:
            ValueError: when this machine's code cannot be read, or the program became no vectorised loop.
        """
        return self.of_function(compile_program(program), program.float_format)

    def of_function(self, function: Callable[[Any], Any], fmt: FloatFormat) -> float:
        """Returns the slots of any traceable function of an array."""
        if platform.machine() not in ("x86_64", "AMD64"):
            raise ValueError(f"the static cost reads code of x86-64, this is {platform.machine()}; use weights")
        objects = object_code(function, fmt.dtype, NUM_ELEMENTS, self.width)
        loops = [loop for file in objects for body in instructions(file) for loop in vector_loops(body)]
        if not loops:
            raise ValueError("XLA made no vectorised loop of the program, so it has no static cost")
        vector_bytes = self.width // 8
        return sum(slots(loop, self.weights, loop.bytes_per_pass / vector_bytes) for loop in loops)


def slots(loop: Loop, weights: SlotWeights, num_vectors: float) -> float:
    """Returns the slots that a loop takes for one vector.

    Args:
        loop: with no calls in it.
        weights: slots of the instructions.
        num_vectors: which one pass takes side by side.

    Raises:
        ValueError: when the loop calls functions, whose code is elsewhere.
    """
    if any(i.name.startswith("call") for i in loop.body):
        raise ValueError("the loop calls a function for each element, so it has no static cost")
    ports = sum(_slots(i, weights) for i in loop.body)
    waiting = chain_cycles(loop.body) * len(loop.body) / WINDOW
    return (max(ports, _divider(loop.body)) + waiting) / num_vectors


def _slots(instruction: Instruction, weights: SlotWeights) -> float:
    name, operands = instruction.name, instruction.operands
    if not name.startswith(("v", "k")):
        return 0.0 if name.startswith("nop") else weights.scalar
    if name.startswith(_GATHERS):
        return weights.gather
    if name.startswith(("vmov", "vlddqu")):
        return _move(operands, weights)
    memory = weights.memory if "(" in operands else 0.0
    return (weights.floating if name.startswith(_FLOATING) else weights.other) + memory


def _move(operands: str, weights: SlotWeights) -> float:
    if "(" in operands:
        return weights.memory
    return weights.other if "{" in operands else 0.0


def _divider(body: Sequence[Instruction]) -> float:
    return DIVIDER_SLOTS * sum(i.name.startswith(_DIVIDER) for i in body)
