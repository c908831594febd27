"""Static costs of what XLA compiles."""

from __future__ import annotations

import platform

import jax.numpy as jnp
import pytest

from evaluators.float32_functions.cost.disassembly import disassembler
from evaluators.float32_functions.cost.loops import Loop
from evaluators.float32_functions.cost.static import SlotWeights, StaticCost, slots
from primitives.float_format import FLOAT32
from tests.evaluators.float32_functions.cost.listing import listed
from tests.evaluators.float32_functions.cost.small_programs import division, horner

WEIGHTS = SlotWeights(floating=1.0, other=0.5, memory=0.25, scalar=0.125, gather=8.0)
MOVES = Loop(tuple(listed("0x0 vmovaps %zmm1,%zmm2\n0x4 vmovups (%rax,%rdx,4),%zmm3\n0x8 add $0x10,%rdx")), 64)


def static(program):
    if platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("the static cost reads code of x86-64")
    try:
        disassembler()
    except ValueError as error:
        pytest.skip(str(error))
    return StaticCost(256)(program)


def test_slots_by_hand():
    body = "0x0 vfmadd213ps 0x40(%rax),%zmm1,%zmm2\n0x4 vpslld $0x17,%zmm0,%zmm4\n0x8 vgatherdps (%rax),%zmm6{%k1}"
    assert slots(MOVES, WEIGHTS, 1) == pytest.approx(0.25 + 0.125)
    found = slots(Loop(tuple(listed(body)), 64), WEIGHTS, 1)
    assert found == pytest.approx(1 + 0.25 + 0.5 + 8, abs=0.1)


def test_divisions_share_one_unit_beside_the_ports():
    body = "\n".join(f"{hex(4 * i)} vdivps %zmm0,%zmm1,%zmm{i + 2}" for i in range(4))
    assert slots(Loop(tuple(listed(body)), 64), WEIGHTS, 4) == pytest.approx(10, abs=0.1)


def test_a_call_has_no_static_cost():
    with pytest.raises(ValueError, match="calls a function for each element"):
        slots(Loop(tuple(listed("0x0 call *%r13")), 64), WEIGHTS, 1)


def test_a_longer_polynomial_costs_its_operations_more():
    short, long = static(horner(6)), static(horner(16))
    assert 10 <= long - short <= 16
    assert static(horner(6)) == short


def test_a_division_costs_more_than_a_product():
    assert static(division()) > static(horner(2)) + 4


def test_a_function_that_calls_the_c_library_is_refused():
    static(horner(2))
    with pytest.raises(ValueError, match="calls a function for each element"):
        StaticCost(256).of_function(jnp.sin, FLOAT32)


def test_a_function_without_a_loop_is_refused():
    static(horner(2))
    with pytest.raises(ValueError, match="no vectorised loop"):
        StaticCost(256).of_function(lambda x: x, FLOAT32)
