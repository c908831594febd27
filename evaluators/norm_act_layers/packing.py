"""Trees of arrays as a few vectors.

A step that updates a vector rather than some two hundred arrays compiles in two thirds of the time.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from evaluators.norm_act_layers.networks.parts import Tree


class Packing(NamedTuple):
    """How a tree of float32 arrays lies in a vector.

    Attributes:
        structure: of the tree.
        shapes: of its arrays, in order.
    """

    structure: Any
    shapes: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, tree: Tree) -> Packing:
        """Returns the packing of trees like this one."""
        arrays, structure = jax.tree.flatten(tree)
        return cls(structure, tuple(array.shape for array in arrays))

    def pack(self, tree: Tree) -> jax.Array:
        """Returns the arrays as one vector."""
        arrays = jax.tree.leaves(tree)
        if any(isinstance(array, jax.core.Tracer) for array in arrays):
            return jnp.concatenate([jnp.zeros(0), *[array.reshape(-1) for array in arrays]])
        # Outside of a compiled program, JAX would compile a reshaping for each shape.
        return jnp.asarray(np.concatenate([np.zeros(0), *[np.asarray(a).reshape(-1) for a in arrays]]), jnp.float32)

    def unpack(self, vector: jax.Array) -> Tree:
        """Returns the tree of a vector, or of the same numbers as ``numpy`` holds them."""
        sizes = [math.prod(shape) for shape in self.shapes]
        starts = np.cumsum([0, *sizes])
        arrays = [
            vector[start : start + size].reshape(shape)
            for start, size, shape in zip(starts, sizes, self.shapes, strict=False)
        ]
        tree: Tree = jax.tree.unflatten(self.structure, arrays)
        return tree
