"""Export to JAX: the text that XLA compiled when the program was judged."""

from __future__ import annotations

from evaluators.float32_functions.jax_text import IMPORTS, function_text, helpers
from runs.float32.export.evidence import Evidence
from runs.float32.export.module_text import Loader, head, module_loader, summary
from runs.float32.export.verification import COMPILED, compiled_values
from search_spaces.float32_functions.typed_program import TypedProgram

SUFFIX = ".py"
NEEDS = "JAX"
EXPECTED = compiled_values

_REMARKS = """The function is compiled: outside of jax.jit, a product and a sum would be rounded each, where
the compiler makes one fused multiply-add of them."""


def source(program: TypedProgram, evidence: Evidence) -> str:
    """Returns the module."""
    fmt = program.float_format
    imports = ["import jax", *IMPORTS]
    if fmt.name == "bfloat16":
        imports.insert(2, "import ml_dtypes")
    public = [
        "@jax.jit",
        f"def {evidence.function}(x):",
        f'    """{summary(program, evidence)}"""',
        f"    return _{evidence.function}(jnp.asarray(x, jnp.{fmt.name}))",
        "",
    ]
    parts = [
        head(program, evidence, COMPILED, imports, _REMARKS),
        *helpers(program),
        function_text(program, f"_{evidence.function}"),
        "\n".join(public),
    ]
    return "\n\n".join(parts)


def test_loader(program: TypedProgram, evidence: Evidence) -> Loader:
    """Returns how the test file loads the export."""
    del program
    return module_loader(f"return lambda x: np.asarray(exported.{evidence.function}(x))")


def executable() -> bool:
    """Tells that JAX is here, which is part of Primordia."""
    return True
