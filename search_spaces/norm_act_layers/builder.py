"""Writes layers by hand, node by node."""

from __future__ import annotations

from search_spaces.norm_act_layers.layer import Layer, Leaf, Node, Reference, X, validate


class Builder:
    """A layer in the making; every method adds to it and returns the reference of what it added.

    Attributes:
        x: the reference of the input.
    """

    x: Reference = X

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._leaves: list[Leaf] = []

    def leaf(self, kind: str, value: float) -> Reference:
        """Adds a ``constant``, or a trainable ``scalar`` or ``vector`` by its initial value."""
        self._leaves.append(Leaf(kind, value))
        return -len(self._leaves)

    def constant(self, value: float) -> Reference:
        """Adds a constant."""
        return self.leaf("constant", value)

    def op(self, name: str, *inputs: Reference) -> Reference:
        """Adds an elementwise operation."""
        self._nodes.append(Node(name, inputs))
        return len(self._nodes)

    def moment(self, name: str, index_set: str, value: Reference = X) -> Reference:
        """Adds a moment of a value over an index set."""
        self._nodes.append(Node(name, (value,), index_set))
        return len(self._nodes)

    def layer(self, affine: bool) -> Layer:
        """Returns the layer whose output is what was added last.

        Args:
            affine: whether gamma and beta follow.

        Raises:
            ValueError: when what was added is no valid layer.
        """
        return validate(Layer(tuple(self._nodes), tuple(self._leaves), affine))
