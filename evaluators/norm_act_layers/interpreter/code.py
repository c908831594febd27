"""Layers as data of a fixed size, which the interpreter runs: int32 rows, and the initial values of what is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from evaluators.norm_act_layers.interpreter.adjoints import add_adjoints
from evaluators.norm_act_layers.interpreter.lowering import FIRST_LEAF_SLOT, Statistics, lower
from evaluators.norm_act_layers.interpreter.opcodes import OPCODES
from evaluators.norm_act_layers.interpreter.registers import allocate
from evaluators.norm_act_layers.interpreter.rows import Key
from evaluators.norm_act_layers.interpreter.schedule import Addend, Section, schedule
from primitives.moments import MOMENTS
from search_spaces.norm_act_layers.layer import Layer, running_moments, trainable_leaves

Array: TypeAlias = Any
"""An array of NumPy or of JAX."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """The size of all code that one compiled network runs.

    Attributes:
        registers: blocks that are kept at a time.
        rows: of code, per direction.
        sections: of code, per direction; two per pass over the batch.
        runs: of code, per direction, between averages within samples.
        leaves: constants and trained leaves of a layer.
        statistics: averages over the batch, those that centre others included.
    """

    registers: int = 40
    rows: int = 256
    sections: int = 16
    runs: int = 64
    leaves: int = 16
    statistics: int = 16


class Code(NamedTuple):
    """One direction of a layer.

    Attributes:
        rows: int32 of shape (rows, 5): opcode, three operands, place of the result.
        runs: int32 of shape (runs, 3): first narrow row, first wide row, row behind the last.
        sections: int32 of shape (sections, 3): first run, run behind the last; 0 if run once, 1 if per block, 2 if
            each block ends with storing the output.
        num_rows: how many rows there are.
        num_sections: how many sections there are.
        vectors: int32 of shape (slots,): registers where the vectors that are wanted are in the end; -1 for none.
    """

    rows: Array
    runs: Array
    sections: Array
    num_rows: Array
    num_sections: Array
    vectors: Array


class LayerCode(NamedTuple):
    """A layer as data; a pytree, whose leaves can be stacked for ``vmap``.

    Attributes:
        forward: in training; its vectors are the statistics.
        backward: in training; its vectors are the adjoints of gamma, beta and the leaves.
        inference: with running statistics; no vectors.
        inference_backward: the adjoints at inference.
        scalars: float64 of shape (leaves,): initial values, 0 for what is no trained scalar.
        vectors: likewise.
        constants: likewise.
        kinds: int32 of shape (leaves,): 0 for constants and what is not used, 1 for scalars, 2 for vectors.
        statistics: float64 of shape (statistics,): initial running values.
    """

    forward: Code
    backward: Code
    inference: Code
    inference_backward: Code
    scalars: Array
    vectors: Array
    constants: Array
    kinds: Array
    statistics: Array


CONSTANT, SCALAR, VECTOR = range(3)


def layer_code(layer: Layer, capacity: Capacity) -> LayerCode:
    """Turns a layer into data.

    Args:
        layer: any valid layer.
        capacity: of what will run it.

    Raises:
        ValueError: when the layer needs more than there is room for.
    """
    _check("leaves", len(layer.leaves), capacity.leaves)
    initial = np.zeros(capacity.statistics)
    moments = [MOMENTS[layer.nodes[position].op].initial for position in running_moments(layer)]
    _check("statistics", len(moments), capacity.statistics)
    initial[: len(moments)] = moments
    trained = trainable_leaves(layer)
    kinds = np.zeros(capacity.leaves, np.int32)
    values = np.zeros(capacity.leaves)
    for number, leaf in enumerate(layer.leaves):
        kinds[number] = (SCALAR if leaf.kind == "scalar" else VECTOR) if number in trained else CONSTANT
        values[number] = leaf.value
    scalars, vectors, constants = (np.where(kinds == kind, values, 0.0) for kind in (SCALAR, VECTOR, CONSTANT))
    return LayerCode(
        _forward(layer, Statistics.MEASURED, capacity),
        _backward(layer, Statistics.GIVEN, capacity),
        _forward(layer, Statistics.RUNNING, capacity),
        _backward(layer, Statistics.RUNNING, capacity),
        scalars,
        vectors,
        constants,
        kinds,
        initial,
    )


def _forward(layer: Layer, statistics: Statistics, capacity: Capacity) -> Code:
    lowered = lower(layer, statistics, capacity.leaves)
    addends = {lowered.graph.levels[lowered.output]: Addend(lowered.output, False)}
    wanted = lowered.statistics if statistics is Statistics.MEASURED else {}
    _check("statistics", 1 + max(wanted, default=-1), capacity.statistics)
    sections, keys = schedule(lowered.graph, addends, wanted.values())
    return _assemble(sections, dict(zip(wanted, keys, strict=True)), capacity.statistics, capacity)


def _backward(layer: Layer, statistics: Statistics, capacity: Capacity) -> Code:
    lowered = lower(layer, statistics, capacity.leaves)
    adjoints = add_adjoints(lowered)
    addends = {level: Addend(*addend) for level, addend in adjoints.of_x.items()}
    wanted = adjoints.of_parameters
    sections, keys = schedule(lowered.graph, addends, wanted.values())
    return _assemble(sections, dict(zip(wanted, keys, strict=True)), FIRST_LEAF_SLOT + capacity.leaves, capacity)


def _assemble(sections: Sequence[Section], vectors: Mapping[int, Key], num_vectors: int, capacity: Capacity) -> Code:
    """Gives every place a register and writes the rows."""
    rows = [row for section in sections for row in section.rows]
    _check("rows", len(rows), capacity.rows)
    _check("sections", len(sections), capacity.sections)
    registers = allocate(sections, set(vectors.values()))
    _check("registers", 1 + max(registers.values()), capacity.registers)

    code = np.zeros((capacity.rows, 5), np.int32)
    # Mapped over layers, all run as many rows as the longest: copying a register to itself changes nothing.
    code[:, 0] = OPCODES["copy"]
    for line, (name, operands, out) in zip(code, rows, strict=False):
        line[0], line[4] = OPCODES[name], registers[out]
        line[1 : 1 + len(operands)] = [key[1] if key[0] == "slot" else registers[key] for key in operands]
    runs = [run for section in sections for run in section.runs]
    _check("runs", len(runs), capacity.runs)
    parts = np.cumsum([0, *(len(part) for run in runs for part in run)])
    ends = np.cumsum([len(section.runs) for section in sections])
    kinds = [section.per_block + section.writes for section in sections]
    outputs = np.full(num_vectors, -1, np.int32)
    for slot, key in vectors.items():
        outputs[slot] = registers[key]
    return Code(
        code,
        _padded([parts[:-1:2], parts[1::2], parts[2::2]], capacity.runs),
        _padded([[0, *ends[:-1]], ends, kinds], capacity.sections),
        np.int32(len(rows)),
        np.int32(len(sections)),
        outputs,
    )


def _padded(columns: Sequence[Array], length: int) -> Array:
    table = np.zeros((length, len(columns)), np.int32)
    table[: len(columns[0])] = np.stack(columns, 1)
    return table


def _check(name: str, needed: int, room: int) -> None:
    if needed > room:
        raise ValueError(f"the layer needs {needed} {name} to be interpreted, more than {room}; raise Capacity.{name}")
