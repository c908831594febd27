"""Export to PyTorch: a function of a tensor on any device; the fused multiply-add is emulated."""

from __future__ import annotations

import math

from runs.export.python_module import require_package
from runs.float32.export.evidence import Evidence
from runs.float32.export.module_text import Loader, head, module_loader, statements, summary
from runs.float32.export.verification import EXACT, exact_values
from search_spaces.float32_functions.formula import hexadecimal_text
from search_spaces.float32_functions.typed_program import Constant, TypedProgram

SUFFIX = ".py"
NEEDS = "PyTorch"
EXPECTED = exact_values

_HELPERS = {
    "fma": '''def fma(a, b, c):
    """Returns a * b + c, rounded once: the sum of doubles is rounded to odd (Boldo and Melquiond 2008)."""
    product = a.double() * b.double()
    addend = c.double()
    total = product + addend
    virtual = total - product
    error = (product - (total - virtual)) + (addend - virtual)
    pattern = total.view(torch.int64)
    inexact = (error != 0) & torch.isfinite(total) & (pattern & 1 == 0)
    step = torch.where((error > 0) == (total > 0), 1, -1)
    return torch.where(inexact, pattern + step, pattern).view(torch.float64).to(torch.{float})
''',
    "insert_exponent": '''def insert_exponent(a, n):
    """Returns a * 2^n by adding n to the bits of the exponent, which must neither overflow nor reach 0."""
    return (a.view(torch.{int}) + (n << {fraction})).view(torch.{float})
''',
}

_FUSED = ("fma", "round_shift")


def source(program: TypedProgram, evidence: Evidence) -> str:
    """Returns the module.

    Raises:
        ValueError: for bfloat16, to which torch rounds doubles twice.
    """
    fmt = program.float_format
    if fmt.name == "bfloat16":
        raise ValueError("exports to torch have float32 or float16, not bfloat16; export to jax or numpy")
    used = {name for name, *_ in program.instructions}
    symbols = {"float": fmt.name, "int": fmt.integers, "fraction": fmt.fraction_bits}
    wanted = {"fma": bool(used & {*_FUSED}), "insert_exponent": "insert_exponent" in used}
    helpers = [text.format_map(symbols) for name, text in _HELPERS.items() if wanted[name]]
    body = [
        f"x = torch.as_tensor(x, dtype=torch.{fmt.name})",
        *(f"c{i} = {_constant(constant, program)}" for i, constant in enumerate(program.constants)),
        *statements(program, "torch"),
        f"return v{len(program.instructions)}",
    ]
    function = [f"def {evidence.function}(x):", f'    """{summary(program, evidence)}"""', *(f"    {b}" for b in body)]
    return "\n\n".join([head(program, evidence, EXACT, ["import torch"]), *helpers, "\n".join(function) + "\n"])


def _constant(constant: Constant, program: TypedProgram) -> str:
    fmt = program.float_format
    dtype = fmt.integers if constant.kind == "int" else fmt.name
    value, remark = repr(constant.value), ""
    if constant.kind == "float" and not math.isfinite(constant.value):
        value = f'float("{constant.value}")'
    elif constant.kind == "float" and constant.value != round(constant.value):
        remark = f"  # {hexadecimal_text(constant)}"
    return f"torch.full((), {value}, dtype=torch.{dtype}, device=x.device){remark}"


def test_loader(program: TypedProgram, evidence: Evidence) -> Loader:
    """Returns how the test file loads the export."""
    del program
    return module_loader(f"return lambda x: exported.{evidence.function}(exported.torch.from_numpy(x)).numpy()")


def executable() -> bool:
    """Tells whether PyTorch is here.

    Raises:
        ValueError: when it is not.
    """
    require_package("torch", "primordia[torch]")
    return True
