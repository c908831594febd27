"""The graph that a layer is lowered to for the interpreter: one value per distinct operation.

A value knows the axes it depends on: b, the samples; s, the places; c, the channels. One that depends on neither
samples nor places is the same in all blocks of the tensor, so it is computed once; the others are computed again in
each pass that needs them. Only an average over the batch needs a pass of its own, after which it can be used.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from primitives.moments import IndexSet
from primitives.tensor import TENSOR_PRIMITIVES

ValueId: TypeAlias = int
"""A value by its place in the graph; operands come before their users."""

ALL_AXES = frozenset("bsc")
CHANNELS = frozenset("c")
NO_AXES: frozenset[str] = frozenset()

_COMMUTATIVE = frozenset(name for name, row in TENSOR_PRIMITIVES.items() if row.commutative)


class Value(NamedTuple):
    """What is computed at a place of the graph.

    Attributes:
        name: an opcode's name; ``x`` and ``adjoint`` are the tensors that come from outside.
        operands: values before this one.
        slot: of a ``load``: the row of the table.
    """

    name: str
    operands: tuple[ValueId, ...] = ()
    slot: int = 0


def averaged_axes(name: str) -> frozenset[str]:
    """Returns the axes that an average within a block is over."""
    return frozenset("sc" if name == "average_group" else name.removeprefix("average_"))


class Graph:
    """Values in order, each once.

    Attributes:
        values: all of them.
        axes: per value, the axes it depends on.
        levels: per value, how many averages over the batch must come before, one after the other.
    """

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.axes: list[frozenset[str]] = []
        self.levels: list[int] = []
        self._places: dict[Value, ValueId] = {}

    def varies(self, value: ValueId) -> bool:
        """Tells whether a value differs from block to block."""
        return bool(self.axes[value] - CHANNELS)

    def tensor(self, name: str) -> ValueId:
        """Returns a tensor that comes from outside."""
        return self._place(Value(name), ALL_AXES, 0)

    def load(self, slot: int, axes: frozenset[str]) -> ValueId:
        """Returns a row of the table."""
        return self._place(Value("load", (), slot), axes, 0)

    def emit(self, name: str, *operands: ValueId) -> ValueId:
        """Returns an elementwise operation of values, in a form that needs few operations per block."""
        if name in _COMMUTATIVE:
            operands = tuple(sorted(operands))
        if name == "square":
            return self.emit("mul", operands[0], operands[0])
        if name == "div" and self.varies(operands[0]) and not self.varies(operands[1]):
            return self.emit("mul", operands[0], self.emit("reciprocal", operands[1]))
        axes = frozenset[str]().union(*(self.axes[i] for i in operands))
        return self._place(Value(name, operands), axes, max(self.levels[i] for i in operands))

    def average(self, index_set: IndexSet, value: ValueId) -> ValueId:
        """Returns the average of a value over those axes of an index set that it depends on."""
        if index_set.batch:
            return self.average_batch(value)
        over = [axis for axis, averaged in (("s", index_set.space), ("c", index_set.channels)) if averaged]
        return self._average("average_group" if index_set.grouped else "average_" + "".join(over), value)

    def transposed_average(self, name: str, value: ValueId) -> ValueId:
        """Returns how an adjoint passes an average: such an operation is its own transpose."""
        return self._average(name, value)

    def average_batch(self, value: ValueId) -> ValueId:
        """Returns the average of a value over samples and places; a factor that is the same in all blocks stays out."""
        if not self.varies(value):
            return value
        name, operands, _ = self.values[value]
        if name == "mul" and not all(map(self.varies, operands)):
            first, second = operands if self.varies(operands[0]) else operands[::-1]
            return self.emit("mul", self.average_batch(first), second)
        axes = self.axes[value] & CHANNELS
        return self._place(Value("average_batch", (value,)), axes, self.levels[value] + 1)

    def _average(self, name: str, value: ValueId) -> ValueId:
        over = averaged_axes(name) & self.axes[value]
        if not over:
            return value
        grouped = name == "average_group" and "c" in over
        if not grouped:
            name = "average_" + "".join(sorted(over, reverse=True))
        axes = self.axes[value] - ({"s"} if grouped else over)
        return self._place(Value(name, (value,)), axes, self.levels[value])

    def _place(self, value: Value, axes: frozenset[str], level: int) -> ValueId:
        place = self._places.setdefault(value, len(self.values))
        if place == len(self.values):
            self.values.append(value)
            self.axes.append(axes)
            self.levels.append(level)
        return place
