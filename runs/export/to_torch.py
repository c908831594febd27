"""Export to PyTorch: a differentiable function of a tensor."""

from __future__ import annotations

from runs.export.evidence import Evidence
from runs.export.python_module import Dialect, check_bits, double_constants, module_text, require_package, statements
from runs.export.verification import BIT_FOR_BIT
from search_spaces.program import Program

SUFFIX = ".py"


_DIALECT = Dialect(
    namespace="torch",
    import_line="import torch",
    verified=f"{BIT_FOR_BIT}; executed eagerly on a CPU",
    remarks=" Takes a tensor; the evidence holds for float64.",
)


def source(program: Program, evidence: Evidence) -> str:
    """Returns the module; it imports torch only where an operation needs it."""
    constants = double_constants(program)
    names = [definition.partition(" ")[0] for definition in constants]
    # PyTorch computes number / tensor as number * (1 / tensor), with two roundings; tensor / tensor has one.
    tensors = [f"{name.lower()} = x.new_tensor({name})" for name in names]
    body = tensors + statements(program, _DIALECT.namespace, "c")
    return module_text(program, evidence, _DIALECT, constants, body)


def check(source: str, program: Program, evidence: Evidence) -> None:
    """Executes the module on float64 tensors in a process of its own and compares it bit for bit."""
    require_package("torch", "primordia[torch]")
    check_bits("torch", source, program, evidence, "import torch\ny = f(torch.from_numpy(x)).numpy()")
