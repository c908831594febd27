"""What a layer costs: operations, passes over the tensor, bytes, parameters and running values."""

from __future__ import annotations

from dataclasses import dataclass

from primitives.moments import MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import Layer, Reference, X, running_moments, trainable_leaves
from search_spaces.norm_act_layers.value_facts import value_facts

BYTES = 4
"""Of a number in single precision."""

_CHEAP = 2
"""Greatest relative time of what counts as arithmetic."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Figures of the forward pass in training.

    Attributes:
        arithmetic: additions, products, quotients, comparisons per element.
        functions: roots, exponentials and the like per element.
        moments: moments of whole tensors.
        time: relative time per element, an addition being 1, as the tables of operations have it.
        passes: how often the tensor must be read: one more than moments follow on one another.
        fused_bytes: moved per element if each pass is one kernel: the reads, and one write.
        plain_bytes: moved per element if each operation is a kernel.
        channel_parameters: trained numbers per channel, gamma and beta among them.
        layer_parameters: trained numbers per layer.
        running_values: per channel.
    """

    arithmetic: int
    functions: int
    moments: int
    time: int
    passes: int
    fused_bytes: int
    plain_bytes: int
    channel_parameters: int
    layer_parameters: int
    running_values: int


def cost(layer: Layer) -> Cost:
    """Returns the cost of a layer in canonical form; gamma and beta count as two operations in one kernel.

    What has a value per channel or per sample only is left out: it is small beside the tensor.
    """
    known = value_facts(layer)
    whole = {r for r, facts in known.items() if facts.depends_on_x and len(facts.varies) == len(known[X].varies)}
    elementwise = [n for r, n in enumerate(layer.nodes, 1) if r in whole and not n.index_set]
    moments = [n for n in layer.nodes if n.index_set and n.inputs[0] in whole]
    costs = [TENSOR_PRIMITIVES[node.op].cost for node in elementwise]
    arithmetic = sum(c <= _CHEAP for c in costs) + 2 * layer.affine
    moved = sum(1 + sum(r in whole for r in set(node.inputs)) for node in elementwise) + len(moments)
    passes = 1 + max(_depths(layer, whole).values())
    kinds = [layer.leaves[i].kind for i in trainable_leaves(layer)]
    return Cost(
        arithmetic=arithmetic,
        functions=len(costs) - (arithmetic - 2 * layer.affine),
        moments=len(moments),
        time=sum(costs) + 2 * layer.affine + sum(MOMENTS[node.op].cost for node in moments),
        passes=passes,
        fused_bytes=BYTES * (passes + 1),
        plain_bytes=BYTES * (moved + 2 * layer.affine),
        channel_parameters=kinds.count("vector") + 2 * layer.affine,
        layer_parameters=kinds.count("scalar"),
        running_values=len(running_moments(layer)),
    )


def _depths(layer: Layer, whole: set[Reference]) -> dict[Reference, int]:
    """Returns how many moments follow on one another up to each value."""
    depths = {X: 0, **{-1 - i: 0 for i in range(len(layer.leaves))}}
    for reference, node in enumerate(layer.nodes, 1):
        reads = bool(node.index_set) and node.inputs[0] in whole
        depths[reference] = max(depths[r] for r in node.inputs) + reads
    return depths
