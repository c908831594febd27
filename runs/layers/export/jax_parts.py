"""What the exports to JAX and to Flax have in common."""

from __future__ import annotations

from types import MappingProxyType

from primitives.moments import GROUPS
from runs.layers.export.dialect import Dialect
from runs.layers.export.layer_code import LayerCode

_STATISTICS = MappingProxyType(
    {
        "mean": "{0}.mean({axes}, keepdims=True)",
        "var": "{0}.var({axes}, keepdims=True)",
        "meansq": "jnp.square({0}).mean({axes}, keepdims=True)",
    }
)

_BATCH_STATISTICS = MappingProxyType(
    {
        "mean": "mean_over_batch({0}, axis_name)",
        "var": "mean_over_batch(jnp.square({0} - mean_over_batch({0}, axis_name)), axis_name)",
        "meansq": "mean_over_batch(jnp.square({0}), axis_name)",
    }
)

_MEAN_OVER_BATCH = '''
def mean_over_batch(x, axis_name):
    """Averages all but the channels, over the replicas along the mapped axis too."""
    mean = x.mean((0, 1))
    return mean if axis_name is None else jax.lax.pmean(mean, axis_name)
'''

_MEAN_OVER_GROUPS = f'''
def mean_over_groups(x):
    """Averages over the space and over groups of adjacent channels; returns (batch, 1, channels)."""
    groups = math.gcd({GROUPS}, x.shape[-1])  # {GROUPS}, halved until it divides the channels
    size = x.shape[-1] // groups
    mean = x.reshape(*x.shape[:2], groups, size).mean((1, 3))
    return jnp.repeat(mean, size, axis=1)[:, None]
'''


def jax_dialect(affine: tuple[str, str], parameter: str, running: tuple[str, ...]) -> Dialect:
    """Returns the dialect of JAX with a library's own way to hold parameters and running statistics.

    Args:
        affine: see :class:`runs.layers.export.dialect.Dialect`.
        parameter: see there.
        running: see there.
    """
    return Dialect(
        notation="jax",
        affine=affine,
        parameter=parameter,
        constant="jnp.asarray({0}, x.dtype)",
        statistics=_STATISTICS,
        batch_statistics=_BATCH_STATISTICS,
        square="jnp.square({0})",
        root="jnp.sqrt({0} + EPSILON)",
        lift="{0}.reshape(1, 1, -1)",
        broadcast="jnp.broadcast_to({0}, x.shape)",
        running=running,
    )


def helpers(code: LayerCode) -> list[str]:
    """Returns the functions that the statements call."""
    return [_MEAN_OVER_BATCH] * bool(code.running) + [_MEAN_OVER_GROUPS] * code.has_groups


def jax_imports(code: LayerCode, body: str) -> str:
    """Returns the import statements that the code needs.

    Args:
        code: the layer's statements.
        body: all other text of the module.
    """
    needs_jax = bool(code.running) or "jax." in body.replace("flax.", "")
    return "import jax\n" * needs_jax + "import jax.numpy as jnp"


def entry(code: LayerCode, channels_last: str) -> list[str]:
    """Returns the statements that bring the input into the form of the body.

    Args:
        code: the layer's statements.
        channels_last: the expression that tells the layout.
    """
    cast = "x = x.astype(jnp.promote_types(dtype, jnp.float32))  # half precision is too narrow for moments"
    if not code.has_axes:
        return ["dtype = x.dtype", cast.partition("  #")[0]]
    return [
        "shape, dtype = x.shape, x.dtype",
        cast,
        "# The axes of the space become one: (batch, space, channels).",
        f"x = x.reshape(shape[0], -1, shape[-1]) if {channels_last} else x.reshape(*shape[:2], -1).swapaxes(1, 2)",
    ]


def leaving(code: LayerCode, channels_last: str) -> tuple[list[str], str]:
    """Returns the statements that undo :func:`entry`, and the expression of the result.

    Args:
        code: the layer's statements.
        channels_last: the expression that tells the layout.
    """
    if not code.has_axes:
        return [], "y.astype(dtype)"
    return [f"y = y if {channels_last} else y.swapaxes(1, 2)"], "y.reshape(shape).astype(dtype)"
