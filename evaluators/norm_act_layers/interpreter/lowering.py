"""Lowers a layer to the interpreter's graph, in training and at inference, forward and for its adjoints."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from evaluators.norm_act_layers.interpreter.graph import CHANNELS, NO_AXES, Graph, ValueId
from primitives.moments import INDEX_SETS, MOMENTS, IndexSet
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, Node, live_references, running_moments

GAMMA_SLOT, BETA_SLOT, FIRST_LEAF_SLOT = 0, 1, 2
"""Rows of the table of values that are the same at all places; statistics follow the leaves."""


class Statistics(Enum):
    """Where the averages over the batch come from."""

    MEASURED = "measured, in passes over the batch"
    GIVEN = "measured before, and differentiated as what they are averages of"
    RUNNING = "running values, which are not differentiated"


@dataclass(slots=True)
class Lowered:
    """A layer as a graph.

    Attributes:
        graph: all values.
        x: the input.
        output: the layer's, gamma and beta included.
        parameters: slots of the table by the values that load trained parameters.
        statistics: per slot of a statistic its value: first those that have running values, then auxiliary means.
        sources: of a statistic that is given: what it is the average of.
    """

    graph: Graph
    x: ValueId
    output: ValueId = -1
    parameters: dict[ValueId, int] = field(default_factory=dict)
    statistics: dict[int, ValueId] = field(default_factory=dict)
    sources: dict[ValueId, ValueId] = field(default_factory=dict)


def lower(layer: Layer, statistics: Statistics, max_leaves: int) -> Lowered:
    """Lowers a layer.

    Args:
        layer: any valid layer.
        statistics: where averages over the batch come from; which slot of the table has which does not depend on it.
        max_leaves: rows of the table for leaves.
    """
    return _Lowering(layer, statistics, max_leaves).run()


class _Lowering:
    def __init__(self, layer: Layer, statistics: Statistics, max_leaves: int) -> None:
        graph = Graph()
        self._layer = layer
        self._statistics = statistics
        self._first_statistic = FIRST_LEAF_SLOT + max_leaves
        self._slots = {position: slot for slot, position in enumerate(running_moments(layer))}
        self._given: dict[ValueId, ValueId] = {}
        self._graph = graph
        self._lowered = Lowered(graph, graph.tensor("x"))

    def run(self) -> Lowered:
        """Lowers all that is live."""
        live = live_references(self._layer)
        leaves = [self._leaf(i) if -1 - i in live else -1 for i in range(len(self._layer.leaves))]
        output = self._layer.apply(self._lowered.x, leaves, self._meaning)
        if self._layer.affine:
            output = self._graph.emit("mul", output, self._parameter(GAMMA_SLOT, CHANNELS))
            output = self._graph.emit("add", output, self._parameter(BETA_SLOT, CHANNELS))
        self._lowered.output = output
        return self._lowered

    def _leaf(self, number: int) -> ValueId:
        kind = self._layer.leaves[number].kind
        axes = CHANNELS if kind == "vector" else NO_AXES
        if kind in TRAINABLE:
            return self._parameter(FIRST_LEAF_SLOT + number, axes)
        return self._graph.load(FIRST_LEAF_SLOT + number, axes)

    def _parameter(self, slot: int, axes: frozenset[str]) -> ValueId:
        value = self._graph.load(slot, axes)
        self._lowered.parameters[value] = slot
        return value

    def _meaning(self, position: int, node: Node, *operands: ValueId) -> ValueId:
        if not node.index_set:
            return self._graph.emit(node.op, *operands)
        moment, index_set = MOMENTS[node.op], INDEX_SETS[node.index_set]
        statistic = self._measure(moment.statistic, index_set, operands[0], self._slots.get(position, -1))
        return self._graph.emit("root", statistic) if moment.rooted else statistic

    def _measure(self, statistic: str, index_set: IndexSet, value: ValueId, slot: int) -> ValueId:
        if index_set.batch and self._statistics is Statistics.RUNNING:
            self._lowered.statistics[slot] = self._graph.load(self._first_statistic + slot, CHANNELS)
            return self._lowered.statistics[slot]
        if statistic == "mean":
            return self._average(index_set, value, slot)
        if statistic == "var":
            mean = self._average(index_set, value, self._auxiliary_slot() if index_set.batch else -1)
            value = self._graph.emit("centre", value, mean)
        return self._average(index_set, self._graph.emit("mul", value, value), slot)

    def _auxiliary_slot(self) -> int:
        return max(len(self._slots) - 1, *self._lowered.statistics, -1) + 1

    def _average(self, index_set: IndexSet, value: ValueId, slot: int) -> ValueId:
        if not index_set.batch:
            return self._graph.average(index_set, value)
        if self._statistics is Statistics.MEASURED or not self._graph.varies(value):
            average = self._graph.average_batch(value)
        else:
            average = self._given.setdefault(value, self._graph.load(self._first_statistic + slot, CHANNELS))
            self._lowered.sources[average] = value
        self._lowered.statistics[slot] = average
        return average
