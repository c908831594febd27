"""Export to NumPy: a function of a float or an array."""

from __future__ import annotations

from runs.export.evidence import Evidence
from runs.export.python_module import Dialect, check_bits, double_module
from runs.export.verification import BIT_FOR_BIT
from search_spaces.program import Program

SUFFIX = ".py"


_DIALECT = Dialect(
    namespace="np",
    import_line="import numpy as np",
    verified=BIT_FOR_BIT,
    remarks=" Takes a float or a float64 array.",
)


def source(program: Program, evidence: Evidence) -> str:
    """Returns the module; it imports NumPy only where an operation needs it."""
    return double_module(program, evidence, _DIALECT)


def check(source: str, program: Program, evidence: Evidence) -> None:
    """Executes the module in a process of its own and compares it with the evaluator, bit for bit."""
    check_bits("numpy", source, program, evidence, 'np.seterr(all="ignore")\ny = f(x)')
