"""EvoNorm's search space and variation (Liu, Brock, Simonyan, Le 2020, arXiv 2004.02967, section 3).

A layer has four initial nodes, x, the constant 0 and two vectors that start at 0 and 1, and ten intermediate nodes. The
operation of each is drawn uniformly, a moment over each index set being one operation, and its inputs uniformly from
all nodes before it. The last node is the output, so most nodes of a random graph are dead, and most graphs never use x.
"""

from __future__ import annotations

from random import Random

from search_spaces.norm_act_layers.layer import Layer, Leaf, Node, Reference, arity
from search_spaces.norm_act_layers.vocabulary import Vocabulary, make_vocabulary

NUM_NODES = 10
"""Intermediate nodes of a graph."""

INITIAL_LEAVES = (Leaf("constant", 0.0), Leaf("vector", 0.0), Leaf("vector", 1.0))
"""The initial nodes besides x."""

_ELEMENTWISE = (
    *("add", "mul", "div", "max"),
    *("neg", "sigmoid", "tanh", "exp", "signed_log", "abs", "square", "signed_sqrt"),
)


def evonorm_vocabulary(series: str = "B", max_nodes: int = NUM_NODES) -> Vocabulary:
    """Returns EvoNorm's words; the series S has no moment over the batch."""
    moments, index_sets = ("mean", "rms", "std"), ("bwh", "whc", "wh", "whc/g")
    return make_vocabulary(_ELEMENTWISE, moments, index_sets, INITIAL_LEAVES, False, max_nodes, series)


def random_graph(vocabulary: Vocabulary, rng: Random) -> Layer:
    """Draws a graph of as many nodes as the vocabulary allows, operations and inputs uniform."""
    num_leaves = len(vocabulary.leaves)
    nodes = [_random_node(vocabulary, num_leaves, position, rng) for position in range(vocabulary.max_nodes)]
    return Layer(tuple(nodes), vocabulary.leaves)


def mutate_graph(layer: Layer, vocabulary: Vocabulary, rng: Random) -> Layer:
    """Draws the operation and the inputs of one node anew, dead ones included.

    Args:
        layer: any layer; one that has fewer nodes than a random graph first gets random dead ones before its output.
        vocabulary: what operations are drawn from; initial nodes that a graph of fewer lacks are added as well.
        rng: the generator.
    """
    leaves = layer.leaves + tuple(leaf for leaf in vocabulary.leaves if leaf not in layer.leaves)
    nodes = list(layer.nodes)
    while len(nodes) < vocabulary.max_nodes:
        nodes.insert(-1, _random_node(vocabulary, len(leaves), len(nodes) - 1, rng))
    position = rng.randrange(len(nodes))
    nodes[position] = _random_node(vocabulary, len(leaves), position, rng)
    return Layer(tuple(nodes), leaves, layer.affine)


def _random_node(vocabulary: Vocabulary, num_leaves: int, position: int, rng: Random) -> Node:
    op, index_set = rng.choice(vocabulary.operations)
    inputs: tuple[Reference, ...] = tuple(rng.randint(-num_leaves, position) for _ in range(arity(op)))
    return Node(op, inputs, index_set)
