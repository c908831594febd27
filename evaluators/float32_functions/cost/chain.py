"""The longest chain of machine instructions in which each waits for the one before."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evaluators.float32_functions.cost.disassembly import Instruction

_REGISTER = re.compile(r"%([xyz]mm|k)([0-9]+)")
_ON_STACK = re.compile(r"-?(?:0x[0-9a-f]+)?\(%r[sb]p\)")
_LATENCIES = (
    (("vdiv", "vsqrt"), 11.0),
    (("vcvt",), 4.0),
    (("vfm", "vfn", "vadd", "vsub", "vmul", "vrnd", "vround"), 4.0),
    (("vcmp", "vpcmp", "vblend", "vpblend"), 3.0),
    (("vmax", "vmin"), 2.0),
)
_UPDATES = ("vfm", "vfn", "vpternlog")


def chain_cycles(body: Iterable[Instruction]) -> float:
    """Returns the cycles of the longest chain in one pass of a loop.

    Args:
        body: the instructions of the pass, in order.
    """
    ready: dict[str, float] = {}
    longest = 0.0
    for instruction in body:
        if not instruction.name.startswith(("v", "k")):
            continue
        sources, destination = _places(instruction)
        start = max((ready.get(source, 0.0) for source in sources), default=0.0)
        longest = max(longest, start)
        if destination:
            ready[destination] = start + _latency(instruction)
            longest = max(longest, ready[destination])
    return longest


def _places(instruction: Instruction) -> tuple[list[str], str]:
    """Returns the registers and places on the stack that an instruction reads, and the one that it writes, if any."""
    operands = instruction.operands
    stack = _ON_STACK.findall(operands)
    names = [f"{'k' if kind == 'k' else 'v'}{number}" for kind, number in _REGISTER.findall(operands)]
    if operands.endswith(")"):
        return names, stack[-1] if stack else ""
    if not names:
        return stack, ""
    # A mask is written after the register that it masks.
    masked = operands.endswith("}") and len(names) > 1
    destination = names.pop(-2 if masked else -1)
    if (masked and "{z}" not in operands) or instruction.name.startswith(_UPDATES):
        names.append(destination)
    return [*stack, *names], destination


def _latency(instruction: Instruction) -> float:
    if instruction.name.startswith("vmov") and "{" not in instruction.operands:
        return 0.0
    return next((cycles for names, cycles in _LATENCIES if instruction.name.startswith(names)), 1.0)
