"""A layer in the course of variation: nodes in any order, tied together when it is finished."""

from __future__ import annotations

from random import Random

from search_spaces.norm_act_layers.layer import Layer, Leaf, Node, Reference, X, arity
from search_spaces.norm_act_layers.vocabulary import Operation, Vocabulary

_MOMENTS = 0.25
"""Share of moments among the operations drawn; over all index sets they would be more than half."""

_X, _LEAF = 0.55, 0.3
"""Shares of the input and of leaves among the operands drawn; the rest are values that are there already."""

_SHARED_LEAF = 0.3
"""Share of leaves that are there already, where new ones may be made."""


class Draft:
    """Nodes and leaves that may be changed; a node may refer to a later one, but to none that depends on it.

    Attributes:
        nodes: the nodes so far.
        leaves: the leaves so far.
        output: the reference of the value that is the layer's.
        affine: whether gamma and beta follow.
        vocabulary: what is drawn from.
        rng: the generator.
    """

    def __init__(self, vocabulary: Vocabulary, rng: Random, layer: Layer | None = None) -> None:
        self.nodes: list[Node] = list(layer.nodes) if layer else []
        self.leaves: list[Leaf] = list(layer.leaves) if layer else []
        self.output: Reference = len(self.nodes)
        self.affine = layer.affine if layer else True
        self.vocabulary = vocabulary
        self.rng = rng

    def add(self, operation: Operation, *inputs: Reference) -> Reference:
        """Adds a node and returns its reference."""
        self.nodes.append(Node(operation.op, inputs, operation.index_set))
        return len(self.nodes)

    def leaf(self, leaf: Leaf) -> Reference:
        """Adds a leaf and returns its reference; in a space without free leaves an equal one is the same."""
        if not self.vocabulary.free_leaves and leaf in self.leaves:
            return -1 - self.leaves.index(leaf)
        self.leaves.append(leaf)
        return -len(self.leaves)

    def draw_operation(self) -> Operation:
        """Draws an operation."""
        words = self.vocabulary
        if not words.elementwise or (words.moments and self.rng.random() < _MOMENTS):
            return self.rng.choice(words.moments)
        return self.rng.choice(words.elementwise)

    def draw_leaf(self) -> Reference:
        """Draws a leaf, a new one or one that is there."""
        if self.leaves and self.rng.random() < _SHARED_LEAF:
            return -1 - self.rng.randrange(len(self.leaves))
        return self.leaf(self.rng.choice(self.vocabulary.leaves))

    def draw_operand(self, values: list[Reference]) -> Reference:
        """Draws an operand: the input, a leaf, or one of the values given."""
        draw = self.rng.random()
        if draw < _X or (draw >= _X + _LEAF and not values):
            return X
        return self.draw_leaf() if draw < _X + _LEAF else self.rng.choice(values)

    def cone(self, reference: Reference) -> set[Reference]:
        """Returns the references on which a value depends, itself among them."""
        seen = {reference}
        waiting = [reference]
        while waiting:
            reference = waiting.pop()
            if reference > 0:
                new = set(self.nodes[reference - 1].inputs) - seen
                seen |= new
                waiting += new
        return seen

    def live_nodes(self) -> list[Reference]:
        """Returns the nodes on which the output depends, in order."""
        return sorted(r for r in self.cone(self.output) if r > 0)

    def independent(self, reference: Reference) -> list[Reference]:
        """Returns the live nodes that do not depend on a value, which may therefore become its operands."""
        return [r for r in self.live_nodes() if reference not in self.cone(r)]

    def edges(self) -> list[tuple[Reference, int]]:
        """Returns every edge to a live node, as the node and the position among its inputs."""
        return [(r, slot) for r in self.live_nodes() for slot in range(len(self.nodes[r - 1].inputs))]

    def redirect(self, node: Reference, slot: int, source: Reference) -> None:
        """Gives an input of a node another source."""
        inputs = self.nodes[node - 1].inputs
        self.nodes[node - 1] = self.nodes[node - 1]._replace(inputs=(*inputs[:slot], source, *inputs[slot + 1 :]))

    def replace_value(self, old: Reference, new: Reference) -> None:
        """Makes every user of a value, the output included, use another one that does not depend on it."""
        for position, node in enumerate(self.nodes):
            self.nodes[position] = node._replace(inputs=tuple(new if r == old else r for r in node.inputs))
        if self.output == old:
            self.output = new

    def set_operation(self, node: Reference, operation: Operation, operands: list[Reference]) -> None:
        """Replaces the operation of a node; of the operands as many are used as it takes."""
        self.nodes[node - 1] = Node(operation.op, tuple(operands[: arity(operation.op)]), operation.index_set)

    def finish(self) -> Layer | None:
        """Returns the layer of the live nodes in an order in which it is valid; None where the output is no node."""
        if self.output <= 0:
            return None
        order: list[Reference] = []
        self._visit(self.output, order)
        numbers = {reference: number for number, reference in enumerate(order, 1)}
        nodes = [self.nodes[r - 1] for r in order]
        return Layer(
            tuple(node._replace(inputs=tuple(numbers.get(r, r) for r in node.inputs)) for node in nodes),
            tuple(self.leaves),
            self.affine,
        )

    def _visit(self, reference: Reference, order: list[Reference]) -> None:
        for source in self.nodes[reference - 1].inputs:
            if source > 0 and source not in order:
                self._visit(source, order)
        order.append(reference)
