"""What layers of a space are made of: operations, moments over index sets, leaves, and how many nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from primitives.moments import INDEX_SETS, MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import Layer, Leaf

SERIES = ("B", "S", "")


class Operation(NamedTuple):
    """What a node does.

    Attributes:
        op: a name in TENSOR_PRIMITIVES or MOMENTS.
        index_set: of a moment: a name in INDEX_SETS.
    """

    op: str
    index_set: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a space.

    Attributes:
        elementwise: elementwise operations.
        moments: moments, each over each index set.
        leaves: the leaves that a random graph of uniform draws has, and that new leaves are drawn from.
        free_leaves: whether leaves have other values too.
        max_nodes: the most live nodes of a layer; a graph of uniform draws has exactly so many, live or not.
    """

    elementwise: tuple[Operation, ...]
    moments: tuple[Operation, ...]
    leaves: tuple[Leaf, ...]
    free_leaves: bool
    max_nodes: int

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, each moment over each index set being one."""
        return self.elementwise + self.moments

    def has(self, layer: Layer) -> bool:
        """Tells whether all nodes of a layer are in these words."""
        return {Operation(node.op, node.index_set) for node in layer.nodes} <= set(self.operations)


def make_vocabulary(
    elementwise: tuple[str, ...],
    moments: tuple[str, ...],
    index_sets: tuple[str, ...],
    leaves: tuple[Leaf, ...],
    free_leaves: bool,
    max_nodes: int,
    series: str,
) -> Vocabulary:
    """Returns the vocabulary of so many words, less those that a series leaves out.

    Args:
        elementwise: names of elementwise operations.
        moments: names of moments.
        index_sets: names of index sets.
        leaves: see :class:`Vocabulary`.
        free_leaves: see :class:`Vocabulary`.
        max_nodes: see :class:`Vocabulary`.
        series: ``S`` has no moment over the batch; ``B``, like the empty one, has.

    Raises:
        ValueError: when the series is unknown or there is no room for a node.
    """
    if series not in SERIES:
        raise ValueError(f"series must be B, S or empty, not {series!r}")
    if max_nodes < 1:
        raise ValueError(f"max_nodes must be at least 1, not {max_nodes}")
    sets = [name for name in index_sets if series != "S" or not INDEX_SETS[name].batch]
    return Vocabulary(
        tuple(Operation(TENSOR_PRIMITIVES[name].name) for name in elementwise),
        tuple(Operation(MOMENTS[moment].name, name) for moment in moments for name in sets),
        leaves,
        free_leaves,
        max_nodes,
    )
