"""The longest chain of instructions, by hand."""

from __future__ import annotations

import pytest

from evaluators.float32_functions.cost.chain import chain_cycles
from tests.evaluators.float32_functions.cost.listing import listed


@pytest.mark.parametrize(
    ("text", "cycles"),
    [
        ("0x0 vmovups (%rcx,%rdx,4),%zmm0", 0),
        ("0x0 vmulps %zmm0,%zmm0,%zmm1\n0x4 vfmadd213ps %zmm2,%zmm1,%zmm3", 8),
        ("0x0 vmulps %zmm0,%zmm0,%zmm1\n0x4 vmulps %zmm0,%zmm2,%zmm3", 4),
        # a fused multiply-add reads its destination, a product does not
        ("0x0 vmulps %zmm0,%zmm0,%zmm3\n0x4 vfmadd213ps %zmm1,%zmm2,%zmm3", 8),
        ("0x0 vmulps %zmm0,%zmm0,%zmm3\n0x4 vmulps %zmm1,%zmm2,%zmm3", 4),
        # through a mask, with what was there kept or not
        ("0x0 vcmpltps %zmm0,%zmm1,%k1\n0x4 vmovaps %zmm2,%zmm3{%k1}{z}", 4),
        ("0x0 vdivps %zmm0,%zmm1,%zmm3\n0x4 vmovaps %zmm2,%zmm3{%k1}", 12),
        ("0x0 vdivps %zmm0,%zmm1,%zmm3\n0x4 vmovaps %zmm2,%zmm3{%k1}{z}", 11),
        # through the stack; what is stored to an array ends there
        ("0x0 vdivps %zmm0,%zmm1,%zmm2\n0x4 vmovaps %zmm2,0x40(%rsp)\n0x8 vaddps 0x40(%rsp),%zmm0,%zmm5", 15),
        ("0x0 vdivps %zmm0,%zmm1,%zmm2\n0x4 vmovaps %zmm2,(%rax,%rdx,4)\n0x8 vmovaps %zmm0,%zmm2", 11),
        ("0x0 vdivps %ymm0,%ymm1,%ymm2\n0x4 vaddps %zmm2,%zmm0,%zmm5", 15),
        ("0x0 add $0x40,%rdx\n0x4 jne 0", 0),
    ],
)
def test_chains(text, cycles):
    assert chain_cycles(listed(text)) == cycles
