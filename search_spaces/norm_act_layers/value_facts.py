"""What is plain about the values of a layer without running it."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from primitives.moments import INDEX_SETS, MOMENTS, IndexSet
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, Leaf, Node, Reference, X, live_nodes

_NEVER_NEGATIVE = frozenset(
    {"abs", "square", "exp", "sigmoid", "softplus", "sqrt", "rsqrt", "rms", "std", "var", "meansq"}
)
_KEEPS_SIGN = frozenset({"add", "mul", "div", "max", "min", "mean", "erf", "tanh", "signed_sqrt"})
_KEEPS_AFFINE = frozenset({"add", "sub", "neg"})
_IDLE_ON_EQUALS = frozenset({"sub", "div", "max", "min"})
_IDLE_CONSTANTS = MappingProxyType({"add": (0.0,), "sub": (0.0,), "mul": (0.0, 1.0), "div": (0.0, 1.0)})


class Facts(NamedTuple):
    """What is known of one value.

    Attributes:
        depends_on_x: whether the input is in it.
        trained: whether a trained leaf is in it.
        varies: over which of ``batch``, ``space`` and ``channels`` it may vary.
        non_negative: whether it cannot be negative.
        affine: whether it is the input at the same place, scaled and shifted by what does not depend on the input.
    """

    depends_on_x: bool
    trained: bool
    varies: frozenset[str]
    non_negative: bool
    affine: bool


def value_facts(layer: Layer) -> dict[Reference, Facts]:
    """Returns the facts of the input, of all leaves and of all live nodes."""
    known = {X: Facts(True, False, frozenset({"batch", "space", "channels"}), False, True)}
    known |= {-1 - i: _leaf_facts(leaf) for i, leaf in enumerate(layer.leaves)}
    for reference in live_nodes(layer):
        node = layer.nodes[reference - 1]
        known[reference] = _node_facts(node, [known[r] for r in node.inputs])
    return known


def flaw(layer: Layer) -> str | None:
    """Returns why a layer is not worth a try, or None where a glance shows no reason.

    Args:
        layer: any valid layer.
    """
    known = value_facts(layer)
    for reference in live_nodes(layer):
        node = layer.nodes[reference - 1]
        reason = _node_flaw(layer, node, [known[r] for r in node.inputs])
        if reason:
            return f"node {reference - 1} ({node.op}) {reason}"
    output = known[len(layer.nodes)]
    if not output.depends_on_x:
        return "the output does not depend on x"
    if "space" not in output.varies:
        return "the output is the same at every place"
    return "the output is x, scaled and shifted" if output.affine else None


def _node_flaw(layer: Layer, node: Node, operands: list[Facts]) -> str | None:
    if not any(facts.depends_on_x or facts.trained for facts in operands):
        return "computes a constant"
    if node.op in MOMENTS:
        if not operands[0].depends_on_x:
            return "is a moment of what does not depend on x"
        return None if operands[0].varies & _axes(INDEX_SETS[node.index_set]) else "is a moment of equal values"
    if TENSOR_PRIMITIVES[node.op].non_negative_operand and not operands[0].non_negative:
        return "may have a negative operand"
    if node.op == "abs" and operands[0].non_negative:
        return "is its operand"
    return _idleness(layer, node)


def _idleness(layer: Layer, node: Node) -> str | None:
    """Returns why an operation of two operands does nothing, or None."""
    if len(node.inputs) < 2:
        return None
    if node.op in _IDLE_ON_EQUALS and node.inputs[0] == node.inputs[1]:
        return "has equal operands"
    candidates = node.inputs if TENSOR_PRIMITIVES[node.op].commutative else node.inputs[1:]
    for reference in candidates:
        leaf = layer.leaves[-1 - reference] if reference < 0 else None
        if leaf and leaf.kind not in TRAINABLE and leaf.value in _IDLE_CONSTANTS.get(node.op, ()):
            return f"has the operand {leaf.value:g}"
    return None


def _axes(index_set: IndexSet) -> frozenset[str]:
    return frozenset(name for name in ("batch", "space", "channels") if getattr(index_set, name))


def _leaf_facts(leaf: Leaf) -> Facts:
    trained = leaf.kind in TRAINABLE
    varies = frozenset({"channels"} if leaf.kind == "vector" else ())
    return Facts(False, trained, varies, non_negative=not trained and leaf.value >= 0, affine=False)


def _node_facts(node: Node, operands: list[Facts]) -> Facts:
    varies = frozenset().union(*[facts.varies for facts in operands])
    if node.op in MOMENTS:
        index_set = INDEX_SETS[node.index_set]
        # What is averaged within groups of channels still varies from group to group.
        varies -= _axes(index_set) - ({"channels"} if index_set.grouped else set())
    return Facts(
        depends_on_x=any(facts.depends_on_x for facts in operands),
        trained=any(facts.trained for facts in operands),
        varies=varies,
        non_negative=_is_non_negative(node, [facts.non_negative for facts in operands]),
        affine=_is_affine(node, operands),
    )


def _is_non_negative(node: Node, operands: list[bool]) -> bool:
    if node.op in _NEVER_NEGATIVE or (node.op == "mul" and node.inputs[0] == node.inputs[1]):
        return True
    if node.op == "max":
        return any(operands)
    return node.op in _KEEPS_SIGN and all(operands)


def _is_affine(node: Node, operands: list[Facts]) -> bool:
    def holds(facts: Facts) -> bool:
        return facts.affine or not facts.depends_on_x

    if node.op in _KEEPS_AFFINE:
        return any(facts.affine for facts in operands) and all(map(holds, operands))
    if node.op == "mul":
        return any(a.affine and not b.depends_on_x for a, b in (operands, operands[::-1]))
    return node.op == "div" and operands[0].affine and not operands[1].depends_on_x
