"""Export to Triton: a function to call from kernels, and a kernel over arrays of PyTorch on a GPU."""

from __future__ import annotations

import importlib.util
import math

from primitives.float_format import FLOAT32
from runs.float32.export.evidence import Evidence
from runs.float32.export.module_text import Loader, head, module_loader, statements, summary
from runs.float32.export.verification import EXACT, exact_values
from search_spaces.float32_functions.typed_program import Constant, TypedProgram

SUFFIX = ".py"
NEEDS = "PyTorch, Triton and a GPU"
EXPECTED = exact_values

NOT_EXECUTED = "not executed where it was written, which takes Triton and a GPU: run its test before you rely on it"

_REMARKS = """Launch kernels that call the function with enable_fp_fusion=False, as {name} does: fused multiply-adds are
written out, and further ones would change last bits."""

_INSERT_EXPONENT = '''@triton.jit
def insert_exponent(a, n):
    """Returns a * 2^n by adding n to the bits of the exponent, which must neither overflow nor reach 0."""
    return (a.to(tl.int32, bitcast=True) + (n << 23)).to(tl.float32, bitcast=True)
'''

_WRAPPER = '''@triton.jit
def {name}_kernel(x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    places = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = places < n
    x = tl.load(x_ptr + places, mask=inside)
    tl.store(y_ptr + places, {name}_of(x), mask=inside)


def {name}(x):
    """{summary}"""
    x = x.contiguous()
    y = torch.empty_like(x)
    {name}_kernel[(triton.cdiv(x.numel(), 1024),)](x, y, x.numel(), BLOCK=1024, enable_fp_fusion=False)
    return y
'''


def source(program: TypedProgram, evidence: Evidence) -> str:
    """Returns the module.

    Raises:
        ValueError: for formats other than float32, in which Triton computes.
    """
    if program.format != FLOAT32.name:
        raise ValueError(f"exports to triton have float32, not {program.format}; export to jax or torch")
    name = evidence.function
    code = statements(program, "triton")
    imports = ["import torch", "import triton", "import triton.language as tl"]
    if any("libdevice." in line for line in code):
        imports.append("from triton.language.extra import libdevice")
    body = [
        f'"""{summary(program, evidence)}"""',
        *(f"c{index} = {_constant(constant)}" for index, constant in enumerate(program.constants)),
        *code,
        f"return v{len(program.instructions)}",
    ]
    parts = [
        head(program, evidence, EXACT if executable() else NOT_EXECUTED, imports, _REMARKS.format(name=name)),
        *([_INSERT_EXPONENT] if any(operation == "insert_exponent" for operation, *_ in program.instructions) else []),
        "\n".join(["@triton.jit", f"def {name}_of(x):", *(f"    {line}" for line in body)]) + "\n",
        _WRAPPER.format(name=name, summary=summary(program, evidence)),
    ]
    return "\n\n".join(parts)


def test_loader(program: TypedProgram, evidence: Evidence) -> Loader:
    """Returns how the test file loads the export."""
    del program
    call = f"exported.{evidence.function}(exported.torch.from_numpy(x).cuda()).cpu().numpy()"
    return module_loader(f"return lambda x: {call}")


def executable() -> bool:
    """Tells whether Triton and a GPU are here."""
    if importlib.util.find_spec("triton") is None or importlib.util.find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


def _constant(constant: Constant) -> str:
    dtype = "tl.int32" if constant.kind == "int" else "tl.float32"
    value = f'float("{constant.value}")' if not math.isfinite(constant.value) else repr(constant.value)
    return f"tl.full((), {value}, {dtype})"
