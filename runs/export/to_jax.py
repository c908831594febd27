"""Export to JAX: a traceable function of an array."""

from __future__ import annotations

from runs.export.evidence import Evidence
from runs.export.python_module import Dialect, check_bits, double_module, require_package
from runs.export.verification import BIT_FOR_BIT
from search_spaces.program import Program

SUFFIX = ".py"

_REMARKS = """

    The evidence holds for float64 inputs: set jax.config.update("jax_enable_x64", True) first. Executed eagerly the
    values are the evaluator's, bit for bit; under jax.jit, XLA may contract a * b + c into one fused multiply-add,
    which changes last bits.
    """


_DIALECT = Dialect(
    namespace="jnp",
    import_line="import jax.numpy as jnp",
    verified=f"{BIT_FOR_BIT}; executed eagerly with 64-bit types on a CPU",
    remarks=_REMARKS,
)


def source(program: Program, evidence: Evidence) -> str:
    """Returns the module; it imports ``jax.numpy`` only where an operation needs it."""
    return double_module(program, evidence, _DIALECT)


def check(source: str, program: Program, evidence: Evidence) -> None:
    """Executes the module eagerly with 64-bit types in a process of its own and compares it bit for bit."""
    require_package("jax", "jax")
    evaluate = 'import jax\njax.config.update("jax_enable_x64", True)\ny = f(jax.numpy.asarray(x))'
    check_bits("jax", source, program, evidence, evaluate)
