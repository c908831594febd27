"""Export to LaTeX: the formula, the operations in order, the values of the leaves and the moments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType

from primitives.moments import EPSILON, GROUPS, INDEX_SETS, MOMENTS, IndexSet
from primitives.tensor import TENSOR_PRIMITIVES
from runs.layers.export.evidence import LayerEvidence, header
from search_spaces.norm_act_layers.formula import formula_latex
from search_spaces.norm_act_layers.layer import Layer, Leaf, Node, Reference, X

SUFFIX = ".tex"

_VERIFIED = "the operations and numbers as printed, read back, are the layer's"

_LETTERS = MappingProxyType({"constant": "c", "scalar": "a", "vector": "v"})

_TRAINED = MappingProxyType({"constant": "constant", "scalar": "trained", "vector": "trained, one per channel"})

_STATISTICS = MappingProxyType(
    {
        "mean": r"\frac{1}{|I|} \sum_{i \in I} z_i",
        "var": r"\frac{1}{|I|} \sum_{i \in I} \left(z_i - \mu_I(z)\right)^2",
        "meansq": r"\frac{1}{|I|} \sum_{i \in I} z_i^2",
    }
)

_OPERAND = r"(x|[nacv]_\{\d+\})"
_AFFINE = r"\gamma \cdot {0} + \beta"


def source(layer: Layer, evidence: LayerEvidence) -> str:
    """Returns a fragment for a document that loads amsmath."""
    lines = [
        *(f"% {line}".rstrip() for line in header(layer, evidence, _VERIFIED)),
        *_block([f"y &= {formula_latex(layer)}"]),
        "in these operations:",
        *_block(_operations(layer)),
    ]
    if layer.leaves or layer.affine:
        lines += ["with these values, from which training starts where they are trained:", *_block(_values(layer))]
    moments = dict.fromkeys((node.op, node.index_set) for node in layer.nodes if node.index_set)
    if moments:
        lines += ["The moments of a value $z$ are", *_block(_definition(*names) for names in moments)]
    return "\n".join(lines) + "\n"


def check(source: str, layer: Layer, evidence: LayerEvidence) -> None:  # noqa: ARG001 - as in all languages
    """Reads the printed operations and values back and requires the layer.

    Raises:
        ValueError: when they are not the layer's.
    """
    found = _read_back(source)
    for what, read, meant in (
        ("operations", found.nodes, layer.nodes),
        ("values", found.leaves, layer.leaves),
        ("gamma and beta", found.affine, layer.affine),
    ):
        if read != meant:
            raise ValueError(f"the {what} in the latex export read back differently; nothing was written")


def _block(lines: Iterable[str]) -> list[str]:
    return [r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"]


def _operations(layer: Layer) -> list[str]:
    symbols = {X: "x"}
    symbols |= {-1 - i: f"{_LETTERS[leaf.kind]}_{{{i}}}" for i, leaf in enumerate(layer.leaves)}
    lines = []
    for number, node in enumerate(layer.nodes, 1):
        symbols[number] = f"n_{{{number}}}"
        text = _template(node.op, node.index_set).format(*[symbols[reference] for reference in node.inputs])
        lines.append(f"n_{{{number}}} &= {text}")
    output = symbols[len(layer.nodes)]
    return [*lines, f"y &= {_AFFINE.format(output) if layer.affine else output}"]


def _template(op: str, index_set: str) -> str:
    if index_set:
        subscript = INDEX_SETS[index_set].latex
        return (MOMENTS[op].latex + f"_{{{subscript}}}").replace("{", "{{").replace("}", "}}") + r"\left({0}\right)"
    return TENSOR_PRIMITIVES[op].latex.template


def _values(layer: Layer) -> list[str]:
    affine = [(r"\gamma", Leaf("vector", 1.0)), (r"\beta", Leaf("vector", 0.0))] if layer.affine else []
    leaves = [(f"{_LETTERS[leaf.kind]}_{{{i}}}", leaf) for i, leaf in enumerate(layer.leaves)]
    return [
        rf"{symbol} &= {_number(leaf.value)} && \text{{{_TRAINED[leaf.kind]}}}" for symbol, leaf in [*affine, *leaves]
    ]


def _number(value: float) -> str:
    mantissa, _, exponent = repr(value).partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def _definition(op: str, index_set: str) -> str:
    moment, indices = MOMENTS[op], INDEX_SETS[index_set]
    value = _STATISTICS[moment.statistic]
    if moment.rooted:
        value = rf"\sqrt{{{value} + {_number(EPSILON)}}}"
    running = "; running at inference" if indices.batch else ""
    return rf"{moment.latex}_{{{indices.latex}}}(z) &= {value} && I: \text{{{_places(indices)}{running}}}"


def _places(indices: IndexSet) -> str:
    channels = (
        f"one of {GROUPS} groups of channels ({GROUPS // 2}, {GROUPS // 4}, ... where {GROUPS} does not divide them)"
    )
    names = [
        name
        for name, has in (
            ("the batch", indices.batch),
            ("all places", indices.space),
            (channels if indices.grouped else "the channels", indices.channels),
        )
        if has
    ]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _read_back(source: str) -> Layer:
    operations = re.findall(r"^n_\{\d+\} &= (.*?)(?: \\\\)?$", source, re.MULTILINE)
    values = re.findall(r"^([acv])_\{\d+\} &= (.*?) && ", source, re.MULTILINE)
    is_affine = re.search(rf"^y &= {_pattern(_AFFINE)}$", source, re.MULTILINE) is not None
    kinds = {letter: kind for kind, letter in _LETTERS.items()}
    leaves = tuple(Leaf(kinds[letter], _read_number(text)) for letter, text in values)
    return Layer(tuple(map(_read_operation, operations)), leaves, is_affine)


def _read_operation(text: str) -> Node:
    names = [(op, "") for op in TENSOR_PRIMITIVES] + [(op, index_set) for op in MOMENTS for index_set in INDEX_SETS]
    for op, index_set in names:
        if match := re.fullmatch(_pattern(_template(op, index_set)), text):
            operands = match.groups()
            arity = 1 if index_set else TENSOR_PRIMITIVES[op].arity
            # An operation of one operand may name it twice.
            if len(set(operands[arity - 1 :])) == 1:
                return Node(op, tuple(map(_read_operand, operands[:arity])), index_set)
    raise ValueError(f"the latex export holds an operation that does not read back: {text!r}; nothing was written")


def _pattern(template: str) -> str:
    """Returns a regular expression of a template, whose operands are its groups."""
    return re.escape(template.format("\0", "\0")).replace(re.escape("\0"), _OPERAND)


def _read_operand(text: str) -> Reference:
    number = int(re.sub(r"\D", "", text) or 0)
    return number if text[0] in "xn" else -1 - number


def _read_number(text: str) -> float:
    return float(re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", text))
