"""The canonical form of layers, so that graphs which are the same but for their writing have one fingerprint.

The form sees through dead code, the order of nodes and leaves, the order of operands that may be exchanged, and
repeated subexpressions. It rewrites no algebra. Trainable leaves of the same kind and initial value are told apart by
where they are used only as far as their own node; layers that differ in more may keep different fingerprints.
"""

from __future__ import annotations

import hashlib

from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, Leaf, Node, Reference, X, live_nodes

_COMMUTATIVE = frozenset(name for name, row in TENSOR_PRIMITIVES.items() if row.commutative)


def canonical(layer: Layer) -> Layer:
    """Returns the representative of the layers that are the same but for their writing.

    Args:
        layer: any valid layer.

    Returns:
        a layer of its live nodes and leaves, nodes in depth-first order and leaves by first appearance.
    """
    nodes, output = _distinct(layer)
    order = _Order(nodes, layer.leaves)
    order.visit(output)
    return Layer(tuple(order.nodes), tuple(order.leaves), layer.affine)


def fingerprint(layer: Layer) -> int:
    """Returns a 63-bit hash of a canonical layer, the same on every machine."""
    text = repr((tuple(map(tuple, layer.nodes)), tuple(map(tuple, layer.leaves)), layer.affine))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def _distinct(layer: Layer) -> tuple[dict[Reference, Node], Reference]:
    """Returns the live nodes, operands in order and repetitions merged, and the reference of the output."""
    shapes = {X: b"x"}
    stands_for: dict[Reference, Reference] = {X: X}
    constants: dict[float, Reference] = {}
    for number, leaf in enumerate(layer.leaves):
        reference = -1 - number
        shapes[reference] = repr(tuple(leaf)).encode()
        trained = leaf.kind in TRAINABLE
        stands_for[reference] = reference if trained else constants.setdefault(leaf.value, reference)
    nodes: dict[Reference, Node] = {}
    first: dict[tuple[str, tuple[Reference, ...], str], Reference] = {}
    for reference in live_nodes(layer):
        op, inputs, index_set = layer.nodes[reference - 1]
        inputs = tuple(stands_for[r] for r in inputs)
        key = (op, inputs, index_set)
        if op in _COMMUTATIVE:
            inputs = tuple(sorted(inputs, key=shapes.__getitem__))
            key = (op, tuple(sorted(inputs)), index_set)
        stands_for[reference] = first.setdefault(key, reference)
        if stands_for[reference] == reference:
            nodes[reference] = Node(op, inputs, index_set)
            text = b"%s[%s](%s)" % (op.encode(), index_set.encode(), b",".join([shapes[r] for r in inputs]))
            shapes[reference] = hashlib.blake2b(text, digest_size=16).digest()
    return nodes, stands_for[len(layer.nodes)]


class _Order:
    """Numbers nodes depth first, operands before their users, and leaves as they are met."""

    def __init__(self, nodes: dict[Reference, Node], leaves: tuple[Leaf, ...]) -> None:
        self._nodes_before = nodes
        self._leaves_before = leaves
        self._numbers: dict[Reference, Reference] = {X: X}
        self.nodes: list[Node] = []
        self.leaves: list[Leaf] = []

    def visit(self, output: Reference) -> None:
        """Numbers everything that the output depends on; no recursion, as a layer from a file may be deep."""
        stack = [output]
        while stack:
            reference = stack[-1]
            if reference in self._numbers:
                stack.pop()
            elif reference < 0:
                self.leaves.append(self._leaves_before[-1 - reference])
                self._numbers[reference] = -len(self.leaves)
            else:
                node = self._nodes_before[reference]
                waiting = [r for r in node.inputs if r not in self._numbers]
                if waiting:
                    stack.append(waiting[0])
                else:
                    self.nodes.append(node._replace(inputs=tuple(self._numbers[r] for r in node.inputs)))
                    self._numbers[reference] = len(self.nodes)
