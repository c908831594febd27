"""Orders a graph into passes over the blocks of a tensor, and its values into rows of the interpreter's code.

A pass has two sections. The first is run once: what is the same in all blocks. The second is run for each block: it
adds up what is averaged over the batch, and writes the output. Values that differ from block to block are not kept
from one pass to the next but computed again, which in a nearby cache is cheaper than to store and to read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from evaluators.norm_act_layers.interpreter.graph import Graph, Value, ValueId
from evaluators.norm_act_layers.interpreter.rows import OUTPUT, Key, Row, Run, fuse, in_runs, without_copy


class Section(NamedTuple):
    """Rows that are run once, or for each block.

    Attributes:
        per_block: whether for each block.
        writes: whether the block of the output is stored at the end.
        runs: in order.
    """

    per_block: bool
    writes: bool
    runs: list[Run]

    @property
    def rows(self) -> list[Row]:
        """All rows in order."""
        return [row for run in self.runs for part in run for row in part]


class Addend(NamedTuple):
    """What a pass adds to the output, or subtracts from it."""

    value: ValueId
    negative: bool


def schedule(
    graph: Graph, addends: Mapping[int, Addend], vectors: Iterable[ValueId]
) -> tuple[list[Section], list[Key]]:
    """Orders what is needed of a graph.

    Args:
        graph: any graph.
        addends: those of the output, by their level; only the first may depend on the adjoint from outside, which the
            output replaces block by block. It is 0 without any.
        vectors: values that are wanted besides, the same in all blocks.

    Returns:
        two sections per pass, and where the vectors are after all of them.
    """
    run = _Schedule(graph, addends, list(vectors))
    return run.sections(), [run.key(vector) for vector in vectors]


class _Schedule:
    def __init__(self, graph: Graph, addends: Mapping[int, Addend], vectors: list[ValueId]) -> None:
        self._graph = graph
        self._same = _representatives(graph)
        self._addends = addends
        self._vectors = vectors
        self._computed: set[ValueId] = set()
        roots = [*(addend.value for addend in addends.values()), *vectors]
        self._needed = self._closure(roots, through_averages=True)

    def sections(self) -> list[Section]:
        """Returns two sections per pass."""
        num_levels = 1 + max((self._graph.levels[value] for value in self._needed), default=0)
        return [section for level in range(num_levels) for section in self._pass(level, level == num_levels - 1)]

    def key(self, value: ValueId) -> Key:
        """Returns the place of a value."""
        return "value", self._same[value]

    def _pass(self, level: int, last: bool) -> tuple[Section, Section]:
        averages = [v for v in self._needed if self._is_average(v) and self._graph.levels[v] == level + 1]
        addend = self._addends.get(level)
        roots = [o for v in averages for o in self._operands(v)] + ([addend.value] if addend else [])
        block = self._closure(roots)
        once = self._closure(self._vectors) if last else []
        output = self._output(addend, level == min(self._addends, default=0))
        zeros = [Row("zero", (), ("sum", v)) for v in averages]
        return (
            Section(False, False, in_runs(self._rows_once(sorted({*block, *once})) + zeros)),
            Section(True, bool(output), in_runs(self._rows_per_block(block, averages, output))),
        )

    def _rows_once(self, values: list[ValueId]) -> list[Row]:
        new = [v for v in values if v not in self._computed and not self._graph.varies(v)]
        self._computed.update(new)
        return [self._row(value) for value in new]

    def _rows_per_block(self, values: list[ValueId], averages: list[ValueId], output: list[Row]) -> list[Row]:
        summed = {operand: ("sum", v) for v in averages for operand in self._operands(v)}
        rows = []
        for value in values:
            if self._graph.varies(value):
                rows.append(self._row(value))
            if value in summed:
                rows.append(Row("add", (summed[value], self.key(value)), summed[value]))
        return without_copy(fuse(rows + output))

    def _output(self, addend: Addend | None, first: bool) -> list[Row]:
        """Returns the rows that add to the output."""
        if not addend:
            return [Row("zero", (), OUTPUT)] if first and not self._addends else []
        key = self.key(addend.value)
        if first:
            return [Row("neg" if addend.negative else "copy", (key,), OUTPUT)]
        added = Row("sub" if addend.negative else "add", (OUTPUT, key), OUTPUT)
        return [Row("fetch_output", (), OUTPUT), added]

    def _row(self, value: ValueId) -> Row:
        name, operands, slot = self._graph.values[value]
        if name in ("x", "adjoint"):
            return Row("fetch_" + name, (), self.key(value))
        if name == "load":
            return Row(name, (("slot", slot),), self.key(value))
        if self._is_average(value):
            return Row(name, (("sum", value),), self.key(value))
        return Row(_written(name), tuple(map(self.key, operands)), self.key(value))

    def _closure(self, roots: Iterable[ValueId], through_averages: bool = False) -> list[ValueId]:
        """Returns all that the roots depend on, in order; what is averaged over the batch only if asked for."""
        found: set[ValueId] = set()
        waiting = [self._same[root] for root in roots]
        while waiting:
            value = waiting.pop()
            if value not in found:
                found.add(value)
                if through_averages or not self._is_average(value):
                    waiting += self._operands(value)
        return sorted(found)

    def _is_average(self, value: ValueId) -> bool:
        return self._graph.values[value].name == "average_batch"

    def _operands(self, value: ValueId) -> list[ValueId]:
        return [self._same[operand] for operand in self._graph.values[value].operands]


def _written(name: str) -> str:
    return "sub" if name == "centre" else name


def _representatives(graph: Graph) -> list[ValueId]:
    """Returns per value the first that is computed alike: centring is a subtraction with an adjoint of its own."""
    first: dict[Value, ValueId] = {}
    same: list[ValueId] = []
    for place, (name, operands, slot) in enumerate(graph.values):
        same.append(first.setdefault(Value(_written(name), tuple(same[o] for o in operands), slot), place))
    return same
