"""Export to Pallas: a kernel of JAX's for GPUs and TPUs, one block of the array per instance."""

from __future__ import annotations

from evaluators.float32_functions.jax_text import IMPORTS, function_text, helpers
from runs.float32.export.evidence import Evidence
from runs.float32.export.module_text import Loader, head, module_loader, summary
from runs.float32.export.verification import COMPILED, compiled_values
from search_spaces.float32_functions.typed_program import TypedProgram

SUFFIX = ".py"
NEEDS = "JAX"
EXPECTED = compiled_values

_VERIFIED = f"in interpret mode, {COMPILED}"

_REMARKS = """What it computes on a GPU or TPU was not checked: run the test there with interpret=False."""

_WRAPPER = '''
def _kernel(x_ref, y_ref):
    y_ref[...] = _{name}(x_ref[...])


@functools.partial(jax.jit, static_argnames=("block", "interpret"))
def {name}(x, *, block=1024, interpret=False):
    """{summary}

    Args:
        x: an array of any shape.
        block: how many elements an instance of the kernel takes, a power of two.
        interpret: whether the kernel runs as ordinary JAX, as it must on a CPU.
    """
    flat = jnp.ravel(jnp.asarray(x, jnp.{float}))
    padded = jnp.pad(flat, (0, -flat.size % block))
    kernel = pl.pallas_call(
        _kernel,
        grid=(padded.size // block,),
        in_specs=[pl.BlockSpec((block,), lambda i: (i,))],
        out_specs=pl.BlockSpec((block,), lambda i: (i,)),
        out_shape=jax.ShapeDtypeStruct(padded.shape, padded.dtype),
        interpret=interpret,
    )
    return kernel(padded)[: flat.size].reshape(jnp.shape(x))
'''


def source(program: TypedProgram, evidence: Evidence) -> str:
    """Returns the module."""
    fmt = program.float_format
    imports = ["import functools", "", "import jax", *IMPORTS, "from jax.experimental import pallas as pl"]
    if fmt.name == "bfloat16":
        imports.insert(4, "import ml_dtypes")
    wrapper = _WRAPPER.format(name=evidence.function, summary=summary(program, evidence), float=fmt.name)
    parts = [
        head(program, evidence, _VERIFIED, imports, _REMARKS),
        *helpers(program),
        function_text(program, f"_{evidence.function}"),
        wrapper.strip() + "\n",
    ]
    return "\n\n".join(parts)


def test_loader(program: TypedProgram, evidence: Evidence) -> Loader:
    """Returns how the test file loads the export."""
    del program
    return module_loader(f"return lambda x: np.asarray(exported.{evidence.function}(x, interpret=True))")


def executable() -> bool:
    """Tells that JAX is here, which is part of Primordia."""
    return True
