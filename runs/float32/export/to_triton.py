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
NEEDS = "PyTorch, Triton and a GPU (or its interpreter)"
EXPECTED = exact_values

_NOT_EXECUTED = "not executed where it was written, which takes Triton: run its test before you rely on it"
_INTERPRETED = "in Triton's interpreter: run its test on the GPU before you rely on it"

_REMARKS = """Launch kernels that call the function with enable_fp_fusion=False, as {name} does: fused multiply-adds are
written out, and further ones would change last bits."""

_HELPERS = {
    "insert_exponent": '''@triton.jit
def insert_exponent(a, n):
    """Returns a * 2^n by adding n to the bits of the exponent, which must neither overflow nor reach 0."""
    return (a.to(tl.int32, bitcast=True) + (n << 23)).to(tl.float32, bitcast=True)
''',
    "copysign": '''@triton.jit
def copysign(a, b):
    """Returns the magnitude of a with the sign of b."""
    sign = b.to(tl.int32, bitcast=True) & -2147483648
    return ((a.to(tl.int32, bitcast=True) & 2147483647) | sign).to(tl.float32, bitcast=True)
''',
    "round": '''@triton.jit
def rint(a):
    """Returns the nearest integer, of two the even one: numbers above 2^23 have nothing behind the point."""
    size = tl.abs(a)
    rounded = tl.where(size < 8388608.0, (size + 8388608.0) - 8388608.0, size)
    return tl.where(a.to(tl.int32, bitcast=True) < 0, -rounded, rounded)
''',
}

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
    used = {operation for operation, *_ in program.instructions}
    imports = ["import torch", "import triton", "import triton.language as tl"]
    body = [
        f'"""{summary(program, evidence)}"""',
        *(f"c{index} = {_constant(constant)}" for index, constant in enumerate(program.constants)),
        *statements(program, "triton"),
        f"return v{len(program.instructions)}",
    ]
    parts = [
        head(program, evidence, _verified(), imports, _REMARKS.format(name=name)),
        *(text for operation, text in _HELPERS.items() if operation in used),
        "\n".join(["@triton.jit", f"def {name}_of(x):", *(f"    {line}" for line in body)]) + "\n",
        _WRAPPER.format(name=name, summary=summary(program, evidence)),
    ]
    return "\n\n".join(parts)


def test_loader(program: TypedProgram, evidence: Evidence) -> Loader:
    """Returns how the test file loads the export: on a GPU where there is one, or else in Triton's interpreter."""
    del program
    call = f"exported.{evidence.function}(exported.torch.from_numpy(x).to(device)).cpu().numpy()"
    statement = f'device = "cpu" if "TRITON_INTERPRET" in os.environ else "cuda"\n    return lambda x: {call}'
    before = (
        'if not importlib.import_module("torch").cuda.is_available():\n        os.environ["TRITON_INTERPRET"] = "1"'
    )
    return module_loader(statement, before, ("os",))


def executable() -> bool:
    """Tells whether Triton is here, with PyTorch."""
    return all(importlib.util.find_spec(package) is not None for package in ("torch", "triton"))


def _verified() -> str:
    if not executable():
        return _NOT_EXECUTED
    import torch

    return f"{EXACT}, {'on a GPU' if torch.cuda.is_available() else _INTERPRETED}"


def _constant(constant: Constant) -> str:
    dtype = "tl.int32" if constant.kind == "int" else "tl.float32"
    value = f'float("{constant.value}")' if not math.isfinite(constant.value) else repr(constant.value)
    return f"tl.full((), {value}, {dtype})"
