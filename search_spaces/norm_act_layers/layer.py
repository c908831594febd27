"""The genome of layers: an immutable graph of tensor operations, moments, constants and trainable leaves."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from primitives.moments import INDEX_SETS, MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES

Reference: TypeAlias = int
"""An operand: 0 is the input x, ``n > 0`` the result of node n - 1, ``n < 0`` the leaf -1 - n."""

X: Reference = 0

LEAF_KINDS = ("constant", "scalar", "vector")
TRAINABLE = frozenset({"scalar", "vector"})

_REFERENCE = r"(?:x|n[1-9][0-9]{0,5}|l[0-9]{1,6})"
_STATEMENT = re.compile(
    rf"n(?P<number>[0-9]{{1,6}})=(?P<op>[a-z_]+)(?:\[(?P<index_set>[a-z/]*)\])?\((?P<inputs>{_REFERENCE}(?:,{_REFERENCE})*)\)"
)


class Leaf(NamedTuple):
    """A value that does not depend on the input.

    Attributes:
        kind: ``constant``; or trainable: ``scalar``, or ``vector`` with one number per channel.
        value: the constant, or the value from which training starts.
    """

    kind: str
    value: float


class Node(NamedTuple):
    """An operation or a moment, and what it is applied to.

    Attributes:
        op: a name in TENSOR_PRIMITIVES or MOMENTS.
        inputs: references to x, to leaves and to earlier nodes.
        index_set: of a moment: a name in INDEX_SETS.
    """

    op: str
    inputs: tuple[Reference, ...]
    index_set: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A graph from a tensor to a tensor of its shape; the last node is the output.

    Attributes:
        nodes: at least one; each refers to earlier ones only.
        leaves: constants and trainable values.
        affine: whether the output is multiplied by gamma, and beta added, one number of each per channel.
    """

    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]
    affine: bool = True

    def apply(self, x: Any, leaves: Sequence[Any], meaning: Callable[..., Any]) -> Any:
        """Runs the live nodes under any meaning of their operations; gamma and beta are left to the caller.

        Args:
            x: the input.
            leaves: one value per leaf, of the type that the meaning takes.
            meaning: called as ``meaning(position, node, *operands)`` for each live node in order.

        Returns:
            the value of the last node.
        """
        values: dict[Reference, Any] = {X: x, **{-1 - i: value for i, value in enumerate(leaves)}}
        for reference in live_nodes(self):
            node = self.nodes[reference - 1]
            values[reference] = meaning(reference - 1, node, *[values[r] for r in node.inputs])
        return values[len(self.nodes)]


def arity(op: str) -> int:
    """Returns the number of operands of an operation or moment.

    Raises:
        ValueError: when there is none of that name; the message lists those that are.
    """
    if op in MOMENTS:
        return 1
    if op not in TENSOR_PRIMITIVES:
        known = ", ".join([*TENSOR_PRIMITIVES, *MOMENTS])
        raise ValueError(f"operation {op!r} is unknown; use one of: {known}")
    return TENSOR_PRIMITIVES[op].arity


def validate(layer: Layer) -> Layer:
    """Checks that a layer is well formed and returns it.

    Raises:
        ValueError: naming the node or leaf, the rule and the value that breaks it.
    """
    if not layer.nodes:
        raise ValueError("a layer needs at least one node, this one has none")
    for number, (kind, value) in enumerate(layer.leaves):
        if kind not in LEAF_KINDS:
            raise ValueError(f"leaf {number} is a {kind!r}; use one of: {', '.join(LEAF_KINDS)}")
        if not math.isfinite(value):
            raise ValueError(f"leaf {number} must be finite, not {value}")
    for position, node in enumerate(layer.nodes):
        _check_node(layer, position, node)
    return layer


def _check_node(layer: Layer, position: int, node: Node) -> None:
    name = f"node {position} ({node.op})"
    try:
        expected = arity(node.op)
    except ValueError as error:
        raise ValueError(f"node {position}: {error}") from None
    if len(node.inputs) != expected:
        raise ValueError(f"{name} takes {expected} operands, not {len(node.inputs)}")
    if node.op in MOMENTS and node.index_set not in INDEX_SETS:
        raise ValueError(f"{name} has the index set {node.index_set!r}; use one of: {', '.join(INDEX_SETS)}")
    if node.op not in MOMENTS and node.index_set:
        raise ValueError(f"{name} is no moment and takes no index set, but has {node.index_set!r}")
    for reference in node.inputs:
        if not -len(layer.leaves) <= reference <= position:
            raise ValueError(
                f"{name} refers to {reference}; allowed are {-len(layer.leaves)} (last leaf) to {position} "
                "(previous node)"
            )


def live_references(layer: Layer) -> frozenset[Reference]:
    """Returns the references on which the output depends: x, leaves and nodes, the output among them."""
    live = {len(layer.nodes)}
    for reference in range(len(layer.nodes), 0, -1):
        if reference in live:
            live.update(layer.nodes[reference - 1].inputs)
    return frozenset(live)


def live_nodes(layer: Layer) -> tuple[Reference, ...]:
    """Returns the references of the nodes on which the output depends, in order; it is the last."""
    return tuple(sorted(r for r in live_references(layer) if r > 0))


def trainable_leaves(layer: Layer) -> tuple[int, ...]:
    """Returns the numbers of the live leaves that are trained, in order."""
    live = live_references(layer)
    return tuple(i for i, leaf in enumerate(layer.leaves) if leaf.kind in TRAINABLE and -1 - i in live)


def running_moments(layer: Layer) -> tuple[int, ...]:
    """Returns the positions of the live nodes that have running values, in order: moments over the batch."""
    positions = (reference - 1 for reference in live_nodes(layer))
    return tuple(i for i in positions if layer.nodes[i].index_set and INDEX_SETS[layer.nodes[i].index_set].batch)


def reference_text(reference: Reference) -> str:
    """Names an operand: ``x``, the result ``n1`` of the first node, the first leaf ``l0``."""
    if reference == X:
        return "x"
    return f"n{reference}" if reference > 0 else f"l{-1 - reference}"


def _reference(text: str) -> Reference:
    if text == "x":
        return X
    return int(text[1:]) if text.startswith("n") else -1 - int(text[1:])


def statements(layer: Layer) -> list[str]:
    """Writes the nodes, one statement each: ``n1=mean[bwh](x)``, ``n2=sub(x,n1)``, ..."""
    lines = []
    for number, node in enumerate(layer.nodes, 1):
        brackets = f"[{node.index_set}]" if node.index_set else ""
        lines.append(f"n{number}={node.op}{brackets}({','.join(map(reference_text, node.inputs))})")
    return lines


def encode(layer: Layer) -> str:
    """Writes a layer as one line of JSON.

    BatchNorm-ReLU without its affine part begins ``{"code": "n1=mean[bwh](x);n2=sub(x,n1);...``, and then has
    ``"leaves": [["constant", 0.0]], "affine": false}``.
    """
    data = {
        "code": ";".join(statements(layer)),
        "leaves": [list(leaf) for leaf in layer.leaves],
        "affine": layer.affine,
    }
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def decode(text: str) -> Layer:
    """Reads a layer that :func:`encode` wrote, checking every part.

    Raises:
        ValueError: when the text is not a valid layer, naming the part that is wrong.
    """
    try:
        data = json.loads(text)
        code, leaves, affine = data["code"], data["leaves"], data["affine"]
        if not isinstance(affine, bool):
            raise ValueError(f"affine must be true or false, not {affine!r}")
        nodes = tuple(_read_node(i, part) for i, part in enumerate(code.split(";"), 1))
        layer = Layer(nodes, tuple(_read_leaf(leaf) for leaf in leaves), affine)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not an encoded layer ({error}): {text[:80]!r}") from error
    return validate(layer)


def _read_node(number: int, text: str) -> Node:
    match = _STATEMENT.fullmatch(text)
    if not match or int(match["number"]) != number:
        raise ValueError(f"node {number} must read n{number}=operation(operands), not {text[:40]!r}")
    return Node(match["op"], tuple(map(_reference, match["inputs"].split(","))), match["index_set"] or "")


def _read_leaf(item: Any) -> Leaf:
    kind, value = item
    if not isinstance(kind, str) or isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"a leaf must read [kind, number], not {item!r}")
    return Leaf(kind, float(value))
