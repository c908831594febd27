"""The larger space: all operations and moments, learned scalars and vectors, and layers grown from their output.

Every node of a layer that is grown is live, and what a glance at the graph shows to be useless is not drawn
(:func:`search_spaces.norm_act_layers.value_facts.flaw`).
"""

from __future__ import annotations

from random import Random

from primitives.moments import INDEX_SETS, MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.blocks import add_block
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.draft import Draft
from search_spaces.norm_act_layers.layer import Layer, Leaf, Reference, arity
from search_spaces.norm_act_layers.value_facts import flaw
from search_spaces.norm_act_layers.vocabulary import Vocabulary, make_vocabulary

MAX_NODES = 12

LEAVES = (
    *(Leaf("constant", value) for value in (0.0, 0.5, 1.0)),
    *(Leaf(kind, value) for kind in ("scalar", "vector") for value in (0.0, 1.0)),
)

_BLOCK = 0.3
"""Probability that a value is grown as a building block on a smaller value, where there are such blocks."""

_BLOCK_NODES = 3
"""Nodes of a block, about."""


def norm_act_vocabulary(series: str = "", max_nodes: int = MAX_NODES) -> Vocabulary:
    """Returns all words; the series S has no moment over the batch."""
    return make_vocabulary(tuple(TENSOR_PRIMITIVES), tuple(MOMENTS), tuple(INDEX_SETS), LEAVES, True, max_nodes, series)


def grow_layer(vocabulary: Vocabulary, rng: Random) -> Layer:
    """Draws a layer whose size is about uniform and whose nodes are all live, in canonical form."""
    while True:
        draft = Draft(vocabulary, rng)
        draft.output = _grow(draft, rng.randint(1, vocabulary.max_nodes))
        layer = fitting(draft)
        if layer is not None:
            return layer


def fitting(draft: Draft) -> Layer | None:
    """Returns a draft as a layer in canonical form, None where it is too large, of foreign words, or has a flaw."""
    layer = draft.finish()
    if layer is None or flaw(layer) is not None or not draft.vocabulary.has(layer):
        return None
    simpler = canonical(layer)
    if len(simpler.nodes) > draft.vocabulary.max_nodes:
        return None
    # Where repeated values became one, an operation may have been left with equal operands.
    merged = len(simpler.nodes) < len(layer.nodes)
    return None if merged and flaw(simpler) is not None else simpler


def _grow(draft: Draft, num_nodes: int) -> Reference:
    """Adds a value of about so many new nodes, operands before their users, and returns it."""
    rng = draft.rng
    if num_nodes < 1:
        return draft.draw_operand(list(range(1, len(draft.nodes) + 1)))
    if draft.vocabulary.free_leaves and num_nodes >= _BLOCK_NODES and rng.random() < _BLOCK:
        return add_block(draft, _grow(draft, num_nodes - _BLOCK_NODES))
    operation = draft.draw_operation()
    if arity(operation.op) == 1:
        return draft.add(operation, _grow(draft, num_nodes - 1))
    first = rng.randint(0, num_nodes - 1)
    return draft.add(operation, _grow(draft, first), _grow(draft, num_nodes - 1 - first))
