"""Vectorised loops in listings that XLA's code was shortened to."""

from __future__ import annotations

import pytest

from evaluators.float32_functions.cost.loops import vector_loops
from tests.evaluators.float32_functions.cost.listing import listed

TWO_VECTORS = """
0x0 xor %edx,%edx
0x10 vmovups -0x40(%rcx,%rdx,4),%zmm0
0x20 vaddps %zmm0,%zmm1,%zmm2
0x30 vmovups %zmm2,-0x40(%rax,%rdx,4)
0x40 vmovups %zmm2,(%rax,%rdx,4)
0x50 add $0x20,%rdx
0x54 cmp $0x1000,%rdx
0x5b jne 10 <fusion+0x10>
0x60 ret
"""
NESTED = """
0x0 mov $0x30,%r9d
0x10 vmovaps %zmm2,(%rsi,%r9,1)
0x20 sub $0xffffffffffffff80,%r9
0x24 cmp $0x4000,%r9
0x2b jne 10 <kernel+0x10>
0x30 inc %r8
0x34 jne 0 <kernel>
"""
SPILLS = """
0x10 vmovaps %zmm2,(%rsp)
0x20 add $0x40,%rsp
0x30 jne 10
"""


def test_a_pass_moves_on_by_what_it_stores():
    (loop,) = vector_loops(listed(TWO_VECTORS))
    assert loop.bytes_per_pass == 2 * 64
    assert [i.address for i in loop.body] == [0x10, 0x20, 0x30, 0x40, 0x50, 0x54, 0x5B]


def test_only_the_innermost_loop_counts():
    (loop,) = vector_loops(listed(NESTED))
    assert loop.bytes_per_pass == 128
    assert loop.body[0].address == 0x10


def test_places_on_the_stack_are_no_array():
    assert vector_loops(listed(SPILLS)) == []


def test_a_loop_of_unknown_step_is_refused():
    text = TWO_VECTORS.replace("add $0x20,%rdx", "lea 0x20(%rdx),%rdx")
    with pytest.raises(ValueError, match="cannot tell how many elements one pass of the loop at 0x10 takes"):
        vector_loops(listed(text))
