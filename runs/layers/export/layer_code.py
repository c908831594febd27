"""A layer as statements: parameters and running statistics by name, and one line per node."""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from primitives.moments import INDEX_SETS, MOMENTS, IndexSet
from primitives.tensor import TENSOR_PRIMITIVES
from runs.layers.export.dialect import Dialect
from runs.layers.export.value_names import value_name
from search_spaces.norm_act_layers.formula import formula_text
from search_spaces.norm_act_layers.layer import Layer, Node, Reference, X, running_moments, trainable_leaves
from search_spaces.norm_act_layers.value_facts import value_facts

_LETTERS = MappingProxyType({"vector": "v", "scalar": "a"})

_COMMENT_WIDTH = 100


class Parameter(NamedTuple):
    """What is trained.

    Attributes:
        name: in the exported code.
        key: in the parameters of :func:`evaluators.norm_act_layers.layer_function.init`.
        kind: ``vector`` with one number per channel, or ``scalar``.
        initial: the value from which training starts.
    """

    name: str
    key: str
    kind: str
    initial: float


class Running(NamedTuple):
    """What runs over batches.

    Attributes:
        name: ``mean``, ``var`` or ``meansq``, numbered from the second of the same name on.
        key: in the state of :func:`evaluators.norm_act_layers.layer_function.init`.
        initial: the value before any batch.
    """

    name: str
    key: str
    initial: float


@dataclass(frozen=True, slots=True)
class LayerCode:
    """The parts of a module.

    Attributes:
        parameters: in the order of the formula, gamma and beta first.
        running: in the order of the nodes.
        body: statements from ``x`` to ``y``, both of shape (batch, space, channels).
        has_axes: whether the layer tells axes apart, which an activation without trained vectors does not.
        has_groups: whether ``mean_over_groups`` is used.
        has_roots: whether ``EPSILON`` is used.
    """

    parameters: tuple[Parameter, ...]
    running: tuple[Running, ...]
    body: tuple[str, ...]
    has_axes: bool
    has_groups: bool
    has_roots: bool


def layer_code(layer: Layer, dialect: Dialect) -> LayerCode:
    """Writes a layer in a dialect.

    Args:
        layer: in canonical form.
        dialect: how the library writes it.
    """
    writer = _Writer(layer, dialect)
    body = writer.write()
    has_moments = any(node.index_set for node in layer.nodes)
    has_vectors = any(parameter.kind == "vector" for parameter in writer.parameters)
    return LayerCode(
        tuple(writer.parameters),
        tuple(writer.running.values()),
        tuple(body),
        has_moments or has_vectors,
        any("mean_over_groups" in line for line in body),
        any(node.op in MOMENTS and MOMENTS[node.op].rooted for node in layer.nodes),
    )


class _Writer:
    """Writes the nodes of a layer in order."""

    def __init__(self, layer: Layer, dialect: Dialect) -> None:
        self._layer = layer
        self._dialect = dialect
        self._facts = value_facts(layer)
        self._taken: Counter[str] = Counter()
        self._lines: list[str] = []
        self.parameters = _parameters(layer, dialect)
        self.running = {i: Running(*found) for i, found in _running(layer).items()}
        self._constants = {-1 - i for i, leaf in enumerate(layer.leaves) if leaf.kind not in _LETTERS}
        self._names: dict[Reference, str] = {X: "x"}
        for i, leaf in enumerate(layer.leaves):
            is_constant = -1 - i in self._constants
            name = repr(leaf.value) if is_constant else dialect.parameter.format(_leaf_name(leaf.kind, i))
            self._names[-1 - i] = name
        # Values with the three axes; the others have the channels alone, or are single numbers.
        self._with_axes = {X}

    def write(self) -> list[str]:
        """Returns the statements, behind a comment with the formula."""
        layer, dialect = self._layer, self._dialect
        self._lines = [f"# {line}" for line in textwrap.wrap(formula_text(layer), _COMMENT_WIDTH)]
        for position, node in enumerate(layer.nodes):
            is_last = position == len(layer.nodes) - 1
            target = "y" if is_last else self._fresh(value_name(node))
            write = self._write_moment if node.index_set else self._write_operation
            write(position, node, target)
            self._names[position + 1] = target
        varies = self._facts[len(layer.nodes)].varies | ({"channels"} if layer.affine else set())
        if layer.affine:
            gamma, beta = (dialect.parameter.format(name) for name in dialect.affine)
            self._lines.append(f"y = y * {gamma} + {beta}")
        if len(varies) < len(self._facts[X].varies):
            self._lines.append(f"y = {dialect.broadcast.format('y')}")
        return self._lines

    def _write_operation(self, position: int, node: Node, target: str) -> None:
        template = self._dialect.template(TENSOR_PRIMITIVES[node.op])
        operands = [self._names[reference] for reference in node.inputs]
        if self._constants.issuperset(node.inputs):
            operands = [self._tensor(name) for name in operands]
        elif "(" in template and self._dialect.notation == "torch":
            # Arithmetic takes plain numbers beside a tensor, and so do functions, but for torch's.
            operands = [
                self._dialect.constant.format(name) if reference in self._constants else name
                for reference, name in zip(node.inputs, operands, strict=True)
            ]
        self._lines.append(f"{target} = {template.format(*operands)}")
        if self._with_axes.intersection(node.inputs):
            self._with_axes.add(position + 1)

    def _write_moment(self, position: int, node: Node, target: str) -> None:
        moment, indices = MOMENTS[node.op], INDEX_SETS[node.index_set]
        value = self._operand_with_axes(node.inputs[0])
        if not indices.batch:
            self._with_axes.add(position + 1)
            statistic = self._statistic(
                moment.statistic, indices, value, "channels" in self._facts[node.inputs[0]].varies
            )
        else:
            latest = self._dialect.batch_statistics[moment.statistic].format(value)
            statistic = self._fresh(f"batch_{moment.statistic}") if moment.rooted else target
            lines = (
                line.format(value=statistic, batch=latest, name=f"running_{self.running[position].name}")
                for line in self._dialect.running
            )
            self._lines += lines
        if moment.rooted:
            statistic = self._dialect.root.format(statistic)
        if statistic != target:
            self._lines.append(f"{target} = {statistic}")

    def _statistic(self, name: str, indices: IndexSet, value: str, has_channels: bool) -> str:
        """Returns the expression of a statistic that has nothing to do with the batch."""
        dialect = self._dialect
        if indices.grouped and has_channels:
            centred = f"{value} - mean_over_groups({value})" if name == "var" else value
            return f"mean_over_groups({value if name == 'mean' else dialect.square.format(centred)})"
        axes = [axis for axis, has in ((1, indices.space), (2, indices.channels)) if has]
        text = str(axes[0]) if len(axes) == 1 else "(1, 2)"
        return dialect.statistics[name].format(value, axes=text)

    def _operand_with_axes(self, reference: Reference) -> str:
        name = self._names[reference]
        if reference in self._with_axes:
            return name
        if reference in self._constants:
            name = self._dialect.constant.format(name)
        lifted = self._fresh("lifted")
        self._lines.append(f"{lifted} = {self._dialect.lift.format(name)}")
        return lifted

    def _tensor(self, number: str) -> str:
        name = self._fresh("constant")
        self._lines.append(f"{name} = {self._dialect.constant.format(number)}")
        return name

    def _fresh(self, name: str) -> str:
        self._taken[name] += 1
        return _numbered(name, self._taken[name])


def _leaf_name(kind: str, number: int) -> str:
    return f"{_LETTERS[kind]}{number}"


def _parameters(layer: Layer, dialect: Dialect) -> list[Parameter]:
    gamma, beta = dialect.affine
    affine = [Parameter(gamma, "gamma", "vector", 1.0), Parameter(beta, "beta", "vector", 0.0)] if layer.affine else []
    leaves = [(i, layer.leaves[i]) for i in trainable_leaves(layer)]
    return affine + [Parameter(_leaf_name(leaf.kind, i), f"leaf{i}", leaf.kind, leaf.value) for i, leaf in leaves]


def _running(layer: Layer) -> dict[int, tuple[str, str, float]]:
    """Returns name, key and initial value of each running statistic by the position of its node."""
    taken: Counter[str] = Counter()
    found = {}
    for position in running_moments(layer):
        moment = MOMENTS[layer.nodes[position].op]
        taken[moment.statistic] += 1
        name = _numbered(moment.statistic, taken[moment.statistic])
        found[position] = name, f"moment{position}", moment.initial
    return found


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}_{number}"
