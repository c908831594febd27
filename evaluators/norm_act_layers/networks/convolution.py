"""Convolutions in the forms that are fast where they run.

On a CPU, XLA's own depthwise convolution takes 4 to 30 times as long as shifted additions do, above all its gradient,
and a 1x1 convolution longer than a matrix product. Their gradients are written out as well, since JAX's would have XLA
transpose the gradient of each product, and compile one loop per place of a depthwise kernel where one loop does.

On a GPU the library's are best, except under ``jax.vmap`` over kernels, where they become grouped convolutions and
matrix products stay matrix products.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial, reduce
from types import MappingProxyType

import jax
import jax.numpy as jnp
from jax import lax

from evaluators.norm_act_layers.networks.bilinear import Map, bilinear

_FEW_CHANNELS = 4
"""Input channels up to which gathering patches for one matrix product beats the library on a CPU."""

_FEW_PLACES = 4
"""The same for the places of the output: on 2x2 images the library takes five times as long."""


def dense(x: jax.Array, kernel: jax.Array, stride: int, form: str) -> jax.Array:
    """Convolves all channels with all, padded so that stride 1 keeps the size.

    Args:
        x: of shape (batch, height, width, channels).
        kernel: of shape (size, size, channels, new_channels), its size odd.
        stride: of both axes.
        form: a name in :data:`FORMS`.

    Returns:
        of shape (batch, ceil(height / stride), ceil(width / stride), new_channels).
    """
    if len(kernel) == 1 and form != "library":
        return matrix_product(x[:, ::stride, ::stride], kernel[0, 0], form)
    return _DENSE[form](x, kernel, stride)


def depthwise(x: jax.Array, kernel: jax.Array, stride: int, form: str) -> jax.Array:
    """Convolves each channel with its own kernel, padded so that stride 1 keeps the size.

    Args:
        x: of shape (batch, height, width, channels).
        kernel: of shape (size, size, 1, channels), its size odd.
        stride: of both axes.
        form: a name in :data:`FORMS`.

    Returns:
        of shape (batch, ceil(height / stride), ceil(width / stride), channels).
    """
    if form == "library":
        return _library(x, kernel, stride, x.shape[-1])
    return _depthwise(x.shape[1:3], len(kernel), stride)(x, kernel)


def matrix_product(x: jax.Array, matrix: jax.Array, form: str) -> jax.Array:
    """Multiplies the last axis of x by a matrix."""
    if form == "library":
        return x @ matrix
    return _rows_product(x.reshape(-1, x.shape[-1]), matrix).reshape(*x.shape[:-1], -1)


def default_form() -> str:
    """Returns the form for where JAX runs."""
    return "shifted" if jax.default_backend() == "cpu" else "library"


_rows_product = bilinear(
    lambda x, w: x @ w,
    lambda g, w: lax.dot_general(g, w, (((1,), (1,)), ((), ()))),
    lambda x, g: lax.dot_general(x, g, (((0,), (0,)), ((), ()))),
)


def _shifted(x: jax.Array, size: int, stride: int) -> list[jax.Array]:
    """Returns what each place of the kernel sees, row by row."""
    height, width = x.shape[1:3]
    margin = size // 2
    padded = jnp.pad(x, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return [padded[:, i : i + height : stride, j : j + width : stride] for i in range(size) for j in range(size)]


@cache
def _depthwise(image_shape: tuple[int, int], size: int, stride: int) -> Map:
    def forward(x: jax.Array, kernel: jax.Array) -> jax.Array:
        rows = kernel.reshape(size * size, -1)
        terms = [patch * row for patch, row in zip(_shifted(x, size, stride), rows, strict=True)]
        return jnp.asarray(reduce(jnp.add, terms))

    def to_x(g: jax.Array, kernel: jax.Array) -> jax.Array:
        if stride == 1 and size > 3:
            return forward(g, kernel[::-1, ::-1])
        x = jnp.zeros((len(g), *image_shape, g.shape[-1]), g.dtype)
        (transposed,) = jax.linear_transpose(partial(forward, kernel=kernel), x)(g)
        return jnp.asarray(transposed)

    def to_kernel(x: jax.Array, g: jax.Array) -> jax.Array:
        terms = tuple(patch * g for patch in _shifted(x, size, stride))
        return jnp.stack(_sums(terms)).reshape(size, size, 1, -1)

    return bilinear(forward, to_x, to_kernel)


def _sums(terms: tuple[jax.Array, ...]) -> list[jax.Array]:
    """Sums each over all axes but the last, all of them in one loop."""
    zeros = tuple(jnp.zeros((), term.dtype) for term in terms)
    axes = tuple(range(terms[0].ndim - 1))
    return list(lax.reduce(terms, zeros, lambda a, b: tuple(p + q for p, q in zip(a, b, strict=True)), axes))


def _library(x: jax.Array, kernel: jax.Array, stride: int, groups: int = 1) -> jax.Array:
    margin = len(kernel) // 2
    return lax.conv_general_dilated(
        x,
        kernel,
        (stride, stride),
        [(margin, margin)] * 2,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=groups,
    )


def _patches(x: jax.Array, kernel: jax.Array, stride: int) -> jax.Array:
    patches = jnp.concatenate(_shifted(x, len(kernel), stride), -1)
    return matrix_product(patches, kernel.reshape(-1, kernel.shape[-1]), "products")


def _fastest(x: jax.Array, kernel: jax.Array, stride: int) -> jax.Array:
    num_places = -(-x.shape[1] // stride) * -(-x.shape[2] // stride)
    few = stride > 1 or x.shape[-1] <= _FEW_CHANNELS or num_places <= _FEW_PLACES
    return (_patches if few else _library)(x, kernel, stride)


_DENSE: MappingProxyType[str, Callable[[jax.Array, jax.Array, int], jax.Array]] = MappingProxyType(
    {"library": _library, "shifted": _fastest, "products": _patches}
)

FORMS = tuple(_DENSE)
"""``library``: XLA's convolutions. ``shifted``: what is fastest on a CPU. ``products``: matrix products alone."""
