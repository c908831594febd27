"""Layers for tests, and a reference meaning of them in NumPy that shares no code with JAX's."""

import random

import numpy as np

from primitives.moments import MOMENTS, num_groups
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import Layer

SHAPE = (4, 3, 3, 8)
_AXES = {"bwh": (0, 1, 2), "whc": (1, 2, 3), "wh": (1, 2), "c": (3,)}


def average(value, index_set):
    """Averages a full tensor of SHAPE's rank over an index set."""
    value = np.broadcast_to(value, np.broadcast_shapes(np.shape(value), SHAPE))
    if index_set in _AXES:
        return value.mean(_AXES[index_set], keepdims=True)
    parts = np.stack(np.split(value, num_groups(value.shape[-1]), axis=-1))
    means = parts.mean((2, 3, 4), keepdims=True)
    return np.concatenate(np.broadcast_to(means, (*means.shape[:-1], parts.shape[-1])), axis=-1)


def value(layer, x, leaves=None):
    """Computes a layer of fresh leaves, without gamma and beta, moments over the batch being the batch's own."""

    def meaning(_, node, *operands):
        if node.index_set:
            return MOMENTS[node.op].floating(np, lambda a: average(a, node.index_set), operands[0])
        return TENSOR_PRIMITIVES[node.op].floating(np, *operands)

    leaves = [np.float64(leaf.value) for leaf in layer.leaves] if leaves is None else leaves
    with np.errstate(all="ignore"):
        return np.broadcast_to(layer.apply(x, leaves, meaning), x.shape)


def random_input(seed=0):
    return np.random.default_rng(seed).standard_normal(SHAPE)


def shuffled(layer, rng: random.Random):
    """Rewrites a layer: nodes in another order that is valid, leaves in another order, operands exchanged."""
    leaf_order = rng.sample(range(len(layer.leaves)), len(layer.leaves))
    numbers = {0: 0, **{-1 - old: -1 - new for new, old in enumerate(leaf_order)}}
    waiting, nodes = dict(enumerate(layer.nodes[:-1], 1)), []

    def put(reference, node):
        inputs = [numbers[r] for r in node.inputs]
        if node.op in TENSOR_PRIMITIVES and TENSOR_PRIMITIVES[node.op].commutative:
            rng.shuffle(inputs)
        nodes.append(node._replace(inputs=tuple(inputs)))
        numbers[reference] = len(nodes)

    while waiting:
        ready = [r for r, node in waiting.items() if all(i in numbers for i in node.inputs)]
        chosen = rng.choice(ready)
        put(chosen, waiting.pop(chosen))
    put(len(layer.nodes), layer.nodes[-1])
    return Layer(tuple(nodes), tuple(layer.leaves[old] for old in leaf_order), layer.affine)
