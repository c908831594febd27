from random import Random
from typing import Any

import numpy as np
import pytest

from evaluators.float32_functions.bytecode import (
    MAX_CONSTANTS,
    MAX_ROWS,
    NUM_REGISTERS,
    OPCODES,
    X_REGISTER,
    Code,
    assemble,
)
from evaluators.float32_functions.semantics import meaning, run_exact
from primitives.float_format import FLOAT32
from primitives.machine import MACHINE
from search_spaces.float32_functions.builder import Builder
from search_spaces.float32_functions.typed_program import TypedProgram
from tests.evaluators.float32_functions.typed_programs import any_numbers, exp2_program, patterns, random_program


def run_rows(program: TypedProgram, code: Code, x: Any, vectors: list[list[float]]) -> list[Any]:
    """Runs code row by row, the shared rows once and the others for every vector of constants."""
    names = list(OPCODES)
    apply = meaning(FLOAT32, flush=False)
    registers: list[Any] = [None] * NUM_REGISTERS
    registers[X_REGISTER] = x
    outputs = []
    for n, vector in enumerate(vectors):
        kinds = [constant.kind for constant in program.constants]
        constants = [np.full(len(x), v, f"{kind}32") for v, kind in zip(vector, kinds, strict=True)]
        for opcode, a, b, c, destination in code.rows[code.num_shared if n else 0 : code.num_rows].tolist():
            name, places = names[opcode], ""
            if name == "load":
                registers[destination] = constants[a]
                continue
            if name not in MACHINE:
                name, _, places = name.rpartition("_")
            places = places or "r" * MACHINE[name].arity
            sources = [constants[k] if p == "c" else registers[k] for p, k in zip(places, (a, b, c), strict=False)]
            registers[destination] = apply(name, *sources)
        outputs.append(registers[code.output])
    return outputs


@pytest.mark.parametrize("seed", range(12))
def test_the_rows_compute_what_the_program_does_for_every_vector_of_constants(seed: int) -> None:
    program = random_program(Random(seed))
    x = any_numbers(seed, 50)
    values = [constant.value for constant in program.constants]
    vectors = [[v * f if c.free else v for v, c in zip(values, program.constants, strict=True)] for f in (1, 2, 1)]
    with np.errstate(all="ignore"):
        outputs = run_rows(program, assemble(program), x, vectors)
        for vector, output in zip(vectors, outputs, strict=True):
            expected = run_exact(program, x, flush=False, constants=vector)[-1]
            np.testing.assert_array_equal(patterns(output), patterns(np.broadcast_to(expected, output.shape)))


def test_what_no_fitted_constant_reaches_is_shared() -> None:
    code = assemble(exp2_program(degree=6))
    # four constants of the structure, the clamp, the reduction and the bits
    assert (code.num_shared, code.num_rows) == (4 + 6, 4 + 6 + 7)


def test_the_last_step_takes_two_constants_and_loads_none() -> None:
    program = exp2_program(degree=2)
    names = [list(OPCODES)[row[0]] for row in assemble(program).rows[10:13]]
    assert names == ["fma_rcc", "fma_rrc", "insert_exponent"]


def test_dead_instructions_have_no_rows() -> None:
    b = Builder()
    _dead = b.x * b.free(3.0)
    code = assemble(b.program(b("abs", b.x)))
    assert code.num_rows == 1


def test_registers_are_used_again() -> None:
    b = Builder()
    value = b.x
    for _ in range(80):
        value = b("neg", value) + b.x
    code = assemble(b.program(value))
    assert len({*code.rows[: code.num_rows, 4].tolist()}) <= 3


def test_programs_beyond_the_interpreter_are_refused() -> None:
    b = Builder()
    value = b.x
    for _ in range(MAX_ROWS):
        value = value + b.x * value
    with pytest.raises(ValueError, match="lower its operations"):
        assemble(b.program(value))
    b = Builder()
    value = b.x
    for _ in range(MAX_CONSTANTS + 1):
        value = value + b.free()
    with pytest.raises(ValueError, match="drop some"):
        assemble(b.program(value))
    b = Builder()
    values = [b("neg", b.x)]
    while len(values) < NUM_REGISTERS:
        values.append(values[-1] + b.x)
    total = values[0]
    for value in values[1:]:
        total = total * value
    with pytest.raises(ValueError, match="registers"):
        assemble(b.program(total))
