"""Adds the adjoints of a lowered layer to its graph.

All adjoints are linear in the one that comes from outside, so a factor that is the same in all blocks is kept apart,
and applied where it costs least: often once, behind an average. Adjoints of values that are the same in all blocks
are averages over samples and places, of which the derivative is the multiple by their number.

An average over the batch passes its adjoint on when that is complete, so the graph is swept once from the output, and
then once from each level of such averages.
"""

from __future__ import annotations

from typing import NamedTuple

from evaluators.norm_act_layers.interpreter.graph import Graph, ValueId, averaged_axes
from evaluators.norm_act_layers.interpreter.lowering import Lowered
from evaluators.norm_act_layers.interpreter.opcodes import DERIVATIVES, derivative_name


class Term(NamedTuple):
    """An adjoint: value times factor, less than nothing where it is negative.

    Attributes:
        value: None for 1.
        factor: the same in all blocks; None for 1. Value or factor is not None.
        negative: the sign.
    """

    value: ValueId | None
    factor: ValueId | None = None
    negative: bool = False


class Adjoints(NamedTuple):
    """What the sweeps found.

    Attributes:
        of_x: addends of the input's adjoint by their level: a value, and whether it is subtracted.
        of_parameters: by slot of the table; averages over samples and places.
    """

    of_x: dict[int, tuple[ValueId, bool]]
    of_parameters: dict[int, ValueId]


def add_adjoints(lowered: Lowered) -> Adjoints:
    """Adds to the graph the adjoints of the input and of the trained parameters.

    Args:
        lowered: with its statistics given or running; the adjoint of its output is the graph's tensor ``adjoint``.
    """
    return _Sweeps(lowered).run()


class _Sweeps:
    def __init__(self, lowered: Lowered) -> None:
        self._lowered = lowered
        self._graph = lowered.graph
        self._terms = _Terms(lowered.graph)
        self._needed = _needed(lowered)
        self._of_loads: dict[ValueId, Term] = {}
        self._of_x: dict[int, Term] = {}

    def run(self) -> Adjoints:
        """Sweeps from the output, then from each level of averages over the batch."""
        self._sweep({self._lowered.output: Term(self._graph.tensor("adjoint"))})
        orders = self._orders()
        for order in range(1, 1 + max(orders.values(), default=0)):
            seeds: dict[ValueId, Term] = {}
            for load in (load for load in orders if orders[load] == order and load in self._of_loads):
                term = self._of_loads[load]
                seed = Term(None, self._terms.lanes(term), term.negative)
                source = self._lowered.sources[load]
                seeds[source] = self._terms.sum(seeds.get(source), seed)
            self._sweep(seeds)
        parameters = self._lowered.parameters.items()
        found = {slot: self._of_loads[load] for load, slot in parameters if load in self._of_loads}
        return Adjoints(
            {level: (self._terms.lanes(term), term.negative) for level, term in self._of_x.items()},
            {slot: self._terms.signed(term) for slot, term in found.items()},
        )

    def _sweep(self, seeds: dict[ValueId, Term]) -> None:
        adjoints = dict(seeds)
        for value in range(max(adjoints, default=-1), -1, -1):
            term = adjoints.pop(value, None)
            if term is None or value not in self._needed:
                continue
            if not self._graph.varies(value):
                term = self._terms.averaged(term)
            if value == self._lowered.x:
                level = self._graph.levels[self._terms.lanes(term)]
                self._of_x[level] = self._terms.sum(self._of_x.get(level), term)
            elif self._graph.values[value].name == "load":
                self._of_loads[value] = self._terms.sum(self._of_loads.get(value), term)
            for operand, contribution in self._terms.contributions(value, term):
                if operand in self._needed:
                    if not self._graph.varies(operand):
                        contribution = self._terms.averaged(contribution)
                    adjoints[operand] = self._terms.sum(adjoints.get(operand), contribution)

    def _orders(self) -> dict[ValueId, int]:
        """Returns per average over the batch the sweep that starts from it: after all that add to its adjoint."""
        sources = self._lowered.sources
        orders = dict.fromkeys(sources, 1)
        for load in sorted(sources, reverse=True):
            for other in _upstream(self._graph, sources[load]) & sources.keys():
                orders[other] = max(orders[other], orders[load] + 1)
        return orders


def _operands(graph: Graph, value: ValueId) -> tuple[ValueId, ...]:
    """Returns the operands that adjoints are passed to; centring passes none to the mean, as it would add up to 0."""
    name, operands, _ = graph.values[value]
    return operands[:1] if name == "centre" else operands


def _upstream(graph: Graph, value: ValueId) -> set[ValueId]:
    seen = {value}
    for place in range(value, -1, -1):
        if place in seen:
            seen.update(_operands(graph, place))
    return seen


def _needed(lowered: Lowered) -> set[ValueId]:
    """Returns the values whose adjoints lead to the input or to a trained parameter."""
    needed = {lowered.x, *lowered.parameters}
    for value in range(len(lowered.graph.values)):
        source = lowered.sources.get(value)
        if not needed.isdisjoint(_operands(lowered.graph, value)) or source in needed:
            needed.add(value)
    return needed


class _Terms:
    """The arithmetic of adjoints."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def lanes(self, term: Term) -> ValueId:
        """Returns value times factor, without the sign."""
        if term.value is None:
            assert term.factor is not None
            return term.factor
        return term.value if term.factor is None else self._graph.emit("mul", term.value, term.factor)

    def signed(self, term: Term) -> ValueId:
        """Returns the adjoint with its sign."""
        return self._graph.emit("neg", self.lanes(term)) if term.negative else self.lanes(term)

    def averaged(self, term: Term) -> Term:
        """Returns the average over samples and places, for a value that is the same at all of them."""
        if term.value is None:
            return Term(term.factor, None, term.negative)
        average = self._graph.average_batch(term.value)
        return Term(self.lanes(Term(average, term.factor)), None, term.negative)

    def sum(self, first: Term | None, second: Term) -> Term:
        """Adds two adjoints."""
        if first is None:
            return second
        operation = "add" if first.negative == second.negative else "sub"
        if first.value == second.value and first.factor is not None and second.factor is not None:
            return Term(first.value, self._graph.emit(operation, first.factor, second.factor), first.negative)
        if first.factor == second.factor and first.value is not None and second.value is not None:
            return Term(self._graph.emit(operation, first.value, second.value), first.factor, first.negative)
        return Term(self._graph.emit(operation, self.lanes(first), self.lanes(second)), None, first.negative)

    def times(self, term: Term, value: ValueId) -> Term:
        """Multiplies an adjoint by a value."""
        if self._graph.varies(value):
            product = value if term.value is None else self._graph.emit("mul", term.value, value)
            return term._replace(value=product)
        return term._replace(factor=value if term.factor is None else self._graph.emit("mul", term.factor, value))

    def contributions(self, value: ValueId, term: Term) -> list[tuple[ValueId, Term]]:
        """Returns what the adjoint of a value adds to those of its operands."""
        name, operands, _ = self._graph.values[value]
        if name in ("add", "sub", "neg", "centre"):
            flipped = term._replace(negative=not term.negative)
            terms = {"add": (term, term), "sub": (term, flipped), "neg": (flipped,), "centre": (term,)}[name]
            return list(zip(operands, terms, strict=False))
        if name == "mul":
            return self._of_product(term, *operands)
        if name == "div":
            quotient = self._passed(term, "div", operands[1])
            share = self.times(quotient, value)
            return [(operands[0], quotient), (operands[1], share._replace(negative=not share.negative))]
        if name.startswith("average_"):
            return [(operands[0], self._of_average(name, term))]
        return self._of_function(name, value, operands, term)

    def _of_product(self, term: Term, first: ValueId, second: ValueId) -> list[tuple[ValueId, Term]]:
        if first != second:
            return [(first, self.times(term, second)), (second, self.times(term, first))]
        if term.factor is None:
            return [(first, self._passed(term, "square'", first))]
        doubled = term._replace(factor=self._graph.emit("add", term.factor, term.factor))
        return [(first, self.times(doubled, first))]

    def _of_average(self, name: str, term: Term) -> Term:
        factor = term.factor
        if term.value is None or (factor is not None and self._graph.axes[factor] & averaged_axes(name)):
            term = Term(self.lanes(term), None, term.negative)
        assert term.value is not None
        return term._replace(value=self._graph.transposed_average(name, term.value))

    def _of_function(
        self, name: str, value: ValueId, operands: tuple[ValueId, ...], term: Term
    ) -> list[tuple[ValueId, Term]]:
        rule = DERIVATIVES.get("sqrt" if name == "root" else name)
        known = (value,) if rule and rule.of_value else operands
        contributions = []
        for place, operand in enumerate(operands):
            opcode = derivative_name(name, place)
            # A rule that holds for either operand takes first the one whose share it is.
            ordered = known[::-1] if place and not opcode[-1].isdigit() else known
            contributions.append((operand, self._passed(term, opcode, *ordered)))
        return contributions

    def _passed(self, term: Term, opcode: str, *others: ValueId) -> Term:
        if term.value is None:
            term = Term(term.factor, None, term.negative)
        assert term.value is not None
        return term._replace(value=self._graph.emit(opcode, term.value, *others))
