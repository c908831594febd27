"""Instructions from text, one per line: ``0x10 vaddps %zmm0,%zmm1,%zmm2``."""

from __future__ import annotations

from evaluators.float32_functions.cost.disassembly import Instruction


def listed(text):
    """The instructions of a listing."""
    parts = [line.split(maxsplit=2) for line in text.strip().splitlines()]
    return [Instruction(int(part[0], 16), part[1], part[2] if len(part) > 2 else "") for part in parts]
