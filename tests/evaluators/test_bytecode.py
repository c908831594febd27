import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.bytecode import NUM_REGISTERS, OPCODES, WEIGHT_REGISTER, X_REGISTER, gradient_block, stack, value_block
from primitives import PRIMITIVES, primitive
from tests.evaluators.random_programs import from_code, numpy_values, programs

X, WEIGHT = 0.7, 1.3


def run(block, constants):
    """The byte code's definition, row by row in plain floats; returns the outputs by number."""
    names = {code: name for name, code in OPCODES.items()}
    registers = {X_REGISTER: np.float64(X), WEIGHT_REGISTER: np.float64(WEIGHT)}
    with np.errstate(all="ignore"):
        for opcode, a, b, destination in block.tolist():
            name = names[opcode]
            if name in ("load", "copy"):
                value = np.float64(constants[a]) if name == "load" else registers[a]
            elif name.startswith("constant_"):
                value = PRIMITIVES[name.removeprefix("constant_")].floating(np, np.float64(constants[a]), registers[b])
            elif name.endswith("_constant"):
                value = PRIMITIVES[name.removesuffix("_constant")].floating(np, registers[a], np.float64(constants[b]))
            elif PRIMITIVES[name].arity == 1:
                value = PRIMITIVES[name].floating(np, registers[a])
            else:
                value = PRIMITIVES[name].floating(np, registers[a], registers[b])
            registers[destination] = value
    return {register - NUM_REGISTERS: value for register, value in registers.items() if register >= NUM_REGISTERS}


def constants_of(program):
    return [high for high, _ in program.constants]


@pytest.mark.parametrize("program", programs(200), ids=range(200))
def test_value_code_computes_what_the_program_means(program):
    outputs = run(value_block(program.instructions), constants_of(program))
    np.testing.assert_array_equal([outputs[0]], [numpy_values(program, np.float64(X))])


def test_gradient_code_agrees_with_automatic_differentiation():
    checked = 0
    with jax.enable_x64():
        for program in programs(150, max_operations=8, seed=2):
            if not program.constants:
                continue

            def value(constants, program=program):
                return program.apply(X, constants, lambda name, *operands: primitive(name).floating(jnp, *operands))

            constants = jnp.array([abs(c) + 0.1 for c in constants_of(program)])
            expected = WEIGHT * jax.grad(value)(constants)
            outputs = run(gradient_block(program.instructions, len(constants)), constants.tolist())
            if not bool(jnp.isfinite(expected).all()) or not np.isfinite(outputs[0]):
                continue
            found = [outputs.get(1 + k, 0.0) for k in range(len(constants))]
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
            checked += 1
    assert checked > 60


def test_a_constant_operand_needs_no_row_of_its_own():
    names = {code: name for name, code in OPCODES.items()}
    code = "mul(x,c0);sub(c1,v1);div(v2,c2);div(c3,v3)"
    block = value_block(from_code(code, (1, 2, 3, 4)).instructions)
    assert [names[row[0]] for row in block.tolist()] == ["mul_constant", "constant_sub", "div_constant", "constant_div"]


def test_registers_are_used_again_after_the_last_use():
    chain = from_code(";".join(["mul(x,x)", *[f"add(v{i},x)" for i in range(1, 300)]]))
    registers = value_block(chain.instructions)[:, 3]
    assert registers[registers < NUM_REGISTERS].max() <= 3


def test_too_many_values_at_a_time_are_refused():
    powers = [f"mul(v{i},x)" for i in range(1, 140)]
    total = ["add(v1,v2)", *[f"add(v{140 + i},v{2 + i})" for i in range(1, 138)]]
    program = from_code(";".join(["mul(x,x)", *powers, *total]))
    with pytest.raises(ValueError, match=f"more than {NUM_REGISTERS} registers"):
        value_block(program.instructions)


def test_stack_pads_with_rows_that_change_nothing():
    blocks = [value_block(program.instructions) for program in programs(3, seed=4)]
    code, lengths = stack(blocks, 5, 20)
    assert lengths.tolist() == [*map(len, blocks), 0, 0]
    for padded, block in zip(code, blocks, strict=False):
        np.testing.assert_array_equal(padded[: len(block)], block)
        assert set(map(tuple, padded[len(block) :].tolist())) <= {(OPCODES["copy"], X_REGISTER, X_REGISTER, X_REGISTER)}


def test_stack_refuses_what_is_too_long():
    block = value_block(from_code("mul(x,x);mul(v1,x);mul(v2,x)").instructions)
    with pytest.raises(ValueError, match="3 rows of code, more than 2"):
        stack([block], 1, 2)
