"""Bilinear maps whose gradients are maps of one's own, to any order.

A map y = F(x, w) that is linear in either argument has the gradients X(g, w) and W(x, g), which are bilinear again,
with gradients among the same three. So three fast functions make all derivatives in reverse mode fast, those of
gradients as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import jax

Map: TypeAlias = Callable[[jax.Array, jax.Array], jax.Array]


def bilinear(forward: Map, to_x: Map, to_w: Map) -> Map:
    """Returns a bilinear map with given gradients.

    Args:
        forward: takes x and w, returns y.
        to_x: takes the gradient of y and w, returns that of x.
        to_w: takes x and the gradient of y, returns that of w.
    """
    f, x_map, w_map = jax.custom_vjp(forward), jax.custom_vjp(to_x), jax.custom_vjp(to_w)
    f.defvjp(_keep(f), lambda kept, g: (x_map(g, kept[1]), w_map(kept[0], g)))
    x_map.defvjp(_keep(x_map), lambda kept, u: (f(u, kept[1]), w_map(u, kept[0])))
    w_map.defvjp(_keep(w_map), lambda kept, v: (x_map(kept[1], v), f(kept[0], v)))
    return f


def _keep(function: Map) -> Callable[[jax.Array, jax.Array], tuple[jax.Array, tuple[jax.Array, jax.Array]]]:
    return lambda a, b: (function(a, b), (a, b))
