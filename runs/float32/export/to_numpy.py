"""Export to NumPy: a function of a number or an array; the fused multiply-add, which NumPy lacks, is emulated."""

from __future__ import annotations

from evaluators.float32_functions.jax_text import constant_lines
from runs.float32.export.evidence import Evidence
from runs.float32.export.module_text import Loader, head, module_loader, statements, summary
from runs.float32.export.verification import EXACT, exact_values
from search_spaces.float32_functions.typed_program import TypedProgram

SUFFIX = ".py"
NEEDS = ""
EXPECTED = exact_values

_HELPERS = {
    "fma": '''def fma(a, b, c):
    """Returns a * b + c, rounded once: the sum of doubles is rounded to odd (Boldo and Melquiond 2008)."""
    product = np.multiply(a, b, dtype=np.float64)
    addend = np.asarray(c, np.float64)
    total = np.asarray(product + addend)
    virtual = total - product
    error = (product - (total - virtual)) + (addend - virtual)
    pattern = total.view(np.int64)
    inexact = (error != 0) & np.isfinite(total) & (pattern & 1 == 0)
    step = np.where((error > 0) == (total > 0), 1, -1)
    return np.where(inexact, pattern + step, pattern).view(np.float64).astype({type})
''',
    "insert_exponent": '''def insert_exponent(a, n):
    """Returns a * 2^n by adding n to the bits of the exponent, which must neither overflow nor reach 0."""
    return (a.view(np.{int}) + (n << np.{int}({fraction}))).view({type})
''',
}

_FUSED = ("fma", "round_shift")


def source(program: TypedProgram, evidence: Evidence) -> str:
    """Returns the module."""
    fmt = program.float_format
    used = {name for name, *_ in program.instructions}
    number = "ml_dtypes.bfloat16" if fmt.name == "bfloat16" else f"np.{fmt.name}"
    symbols = {"type": number, "int": fmt.integers, "fraction": fmt.fraction_bits}
    wanted = {"fma": bool(used & {*_FUSED}), "insert_exponent": "insert_exponent" in used}
    helpers = [text.format_map(symbols) for name, text in _HELPERS.items() if wanted[name]]
    body = [
        f"x = np.asarray(x, {number})",
        *constant_lines(program),
        'with np.errstate(all="ignore"):',
        *(f"    {line}" for line in statements(program, "numpy", {"np.bfloat16": number})),
        f"return v{len(program.instructions)}",
    ]
    function = [f"def {evidence.function}(x):", f'    """{summary(program, evidence)}"""', *(f"    {b}" for b in body)]
    imports = [*(["import ml_dtypes"] if fmt.name == "bfloat16" else []), "import numpy as np"]
    return "\n\n".join([head(program, evidence, EXACT, imports), *helpers, "\n".join(function) + "\n"])


def test_loader(program: TypedProgram, evidence: Evidence) -> Loader:
    """Returns how the test file loads the export."""
    del program
    return module_loader(f"return exported.{evidence.function}")


def executable() -> bool:
    """Tells that NumPy is here."""
    return True
