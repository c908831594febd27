"""Values in normal form written as programs, every scale where it costs least."""

from __future__ import annotations

from collections.abc import Sequence

from search_spaces.node import ONE, Elementary, Node, Product, Shared, Sum, Value, X
from search_spaces.program import Constant, Instruction, Program, Reference, live_uses
from search_spaces.scale import Parameter, Scale, over, times, value_of


def write(value: Value) -> tuple[Program, bool]:
    """Writes a value as a program in depth-first order.

    Args:
        value: in normal form.

    Returns:
        the program, and whether it shares exactly the values that stand closed in the value, so that it would
        be written the same again.
    """
    writer = _Writer()
    result = writer.write(*value)
    if result == 0:
        writer.emit("mul", 0, writer.constant(1))
    elif result < 0:
        writer.emit("add", result, writer.constant(0))
    program = Program(tuple(writer.instructions), tuple(writer.constants))
    return program, not writer.merged and writer.is_settled(live_uses(program))


class _Writer:
    """Emits instructions, each once, and remembers what it emitted."""

    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        self.constants: list[Constant] = []
        self.merged = False
        self._results: dict[Instruction, Reference] = {}
        self.shared: dict[Shared, Reference] = {}
        self._references: dict[Parameter, Reference] = {}

    def emit(self, name: str, *operands: Reference) -> Reference:
        instruction = (name, *operands)
        result = self._results.get(instruction)
        if result is None:
            self.instructions.append(instruction)
            result = self._results[instruction] = len(self.instructions)
        else:
            self.merged = True
        return result

    def constant(self, scale: Scale) -> Reference:
        reference = self._references.get(scale) if isinstance(scale, Parameter) else None
        if reference is None:
            self.constants.append(value_of(scale))
            reference = -len(self.constants)
            if isinstance(scale, Parameter):
                self._references[scale] = reference
        return reference

    def write(self, scale: Scale, node: Node) -> Reference:
        """Writes a scale times a node."""
        if node is ONE:
            return self.constant(scale)
        if scale != 1 and not node.absorbs and not (scale == -1 and node.reversible):
            return self.emit("mul", self.write(1, node), self.constant(scale))
        if node is X:
            return 0
        if isinstance(node, Sum):
            if scale == 1:
                return self._sum(node.terms, node.offset)
            return self._sum([(times(scale, inner), term) for inner, term in node.terms], times(scale, node.offset))
        if isinstance(node, Product):
            return self._product(scale, node)
        if isinstance(node, Shared):
            return self._closed(node)
        assert isinstance(node, Elementary)
        return self.emit(node.name, self.write(*node.argument))

    def is_settled(self, uses: Sequence[int]) -> bool:
        """Tells whether all values that were closed are used as often as they were."""
        return all(
            uses[at] == node.uses and (uses[at] > 2 or ("mul", at, at) not in self._results)
            for node, at in self.shared.items()
        )

    def _closed(self, node: Shared) -> Reference:
        result = self.shared.get(node)
        if result is None:
            result = self.shared[node] = self.write(*node.value)
        return result

    def _sum(self, terms: Sequence[Value], offset: Scale) -> Reference:
        added = [(scale, node) for scale, node in terms if scale != -1 or node.absorbs]
        taken = [node for scale, node in terms if scale == -1 and not node.absorbs]
        if not added and offset == 0:
            reverse = next(node for node in taken if node.reversible)
            taken.remove(reverse)
            added = [(-1, reverse)]
        if added:
            total = self._fold("add", [self.write(scale, node) for scale, node in added])
        else:
            total, offset = self.constant(offset), 0
        if taken:
            total = self.emit("sub", total, self._fold("add", [self.write(1, node) for node in taken]))
        return total if offset == 0 else self.emit("add", total, self.constant(offset))

    def _product(self, scale: Scale, node: Product) -> Reference:
        if scale != 1 and any(exponent > 0 for _, exponent in node.factors):
            carrier, inverse = _carrier(scale, node)
            carried = over(1, scale) if inverse else scale
            factors = [(self.write(carried if n is carrier else 1, n), e) for n, e in node.factors]
        else:
            factors = [(self.write(1, n), e) for n, e in node.factors]
        return self._power(factors, scale)

    def _power(self, factors: Sequence[tuple[Reference, int]], scale: Scale = 1) -> Reference:
        """Multiplies powers by repeated squaring of what all of them hold twice; a scale is for reciprocals only."""
        exponents = [exponent for _, exponent in factors]
        highest, lowest = max(exponents), min(exponents)
        if lowest < 0 and not (highest > 1 and lowest < -1):
            above = [factor for factor in factors if factor[1] > 0]
            below = [(factor, -exponent) for factor, exponent in factors if exponent < 0]
            return self.emit("div", self._power(above) if above else self.constant(scale), self._power(below))
        above_once = [factor for factor, exponent in factors if exponent > 0 and exponent % 2]
        if highest > 1:
            root = self._power([(factor, int(exponent / 2)) for factor, exponent in factors if abs(exponent) > 1])
            above_once.insert(0, self.emit("mul", root, root))
        total = self._fold("mul", above_once)
        below_once = [factor for factor, exponent in factors if exponent < 0 and exponent % 2]
        return self.emit("div", total, self._fold("mul", below_once)) if below_once else total

    def _fold(self, name: str, operands: Sequence[Reference]) -> Reference:
        total = operands[0]
        for operand in operands[1:]:
            total = self.emit(name, total, operand)
        return total


def _carrier(scale: Scale, node: Product) -> tuple[Node, bool]:
    """Returns the factor that takes up a scale at no cost, and whether it divides."""
    for factor, exponent in node.factors:
        if factor.absorbs and abs(exponent) == 1:
            return factor, exponent < 0
    assert scale == -1
    return next((factor, False) for factor, exponent in node.factors if exponent % 2 and factor.reversible)
