import ast
import math
from dataclasses import replace

import ml_dtypes
import numpy as np
import pytest

from evaluators.float32_functions.jax_text import constant_lines, function_text, module_text
from primitives.float_format import FLOAT32, FORMATS
from primitives.machine import MACHINE
from search_spaces.float32_functions.typed_program import Constant, TypedProgram
from tests.evaluators.float32_functions.machine_programs import every_operation, exp2_program


def test_the_text_reads_as_the_program():
    text = function_text(exp2_program(), "exp2", "Returns 2^x.")
    lines = text.splitlines()
    assert lines[:2] == ["def exp2(x):", '    """Returns 2^x."""']
    assert "    c1 = np.float32(12582912.0)" in lines
    assert "    v1 = lax.reduce_precision(x * c0 + c1, 8, 23)" in lines
    assert lines[-1] == "    return v11"


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_a_module_defines_what_it_calls_and_imports_jax_and_numpy_only(fmt):
    tree = ast.parse(module_text(every_operation(fmt)))
    modules = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    assert modules == {"jax.numpy", "numpy"} | ({"ml_dtypes"} if fmt.name == "bfloat16" else set())
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called == {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} - {"f"}


def test_helpers_stand_only_where_they_are_called():
    assert "copysign" not in module_text(exp2_program())


def test_the_program_of_all_operations_has_all():
    assert {name for name, *_ in every_operation().instructions} >= set(MACHINE) - {"sub", "mul", "div"}


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=lambda fmt: fmt.name)
def test_constants_are_read_back_exactly(fmt):
    patterns = np.random.default_rng(7).integers(0, 2**fmt.bits, 300).astype(f"u{fmt.bits // 8}")
    values = [float(v) for v in patterns.view(fmt.dtype) if not np.isnan(v)] + [math.inf, -math.inf, -0.0]
    constants = (*(Constant("float", value) for value in values), Constant("int", -(2 ** (fmt.bits - 1))))
    instructions = tuple(("abs", -1 - index) for index in range(len(values)))
    program = TypedProgram((*instructions, ("number", -len(constants))), constants, fmt.name)
    namespace = {"np": np, "ml_dtypes": ml_dtypes}
    exec("\n".join(constant_lines(program)), namespace)
    for index, constant in enumerate(constants):
        read = namespace[f"c{index}"]
        assert float(read) == constant.value
        assert math.copysign(1, read) == math.copysign(1, constant.value)
        assert read.dtype == (fmt.dtype if constant.kind == "float" else fmt.int_dtype)


def test_constants_that_nothing_uses_are_left_out():
    program = exp2_program()
    idle = replace(program, constants=(*program.constants, Constant("float", 0.1)))
    assert function_text(idle) == function_text(program)


def test_nan_is_a_constant_too():
    program = TypedProgram((("add", 0, -1),), (Constant("float", math.nan),), FLOAT32.name)
    assert constant_lines(program) == ['c0 = np.float32("nan")']
