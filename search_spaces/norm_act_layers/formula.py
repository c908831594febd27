"""Layers as people read them: formulas on one line and in LaTeX.

Vectors are named v0, v1, ..., scalars a0, a1, ..., by the leaf's number. Moments carry their index set; roots include
the epsilon (:data:`primitives.moments.EPSILON`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from primitives.moments import INDEX_SETS, MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from primitives.tensor_primitive import Notation
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer, Leaf, Node, Reference, X, live_nodes, live_references

_LETTERS = {"vector": "v", "scalar": "a"}
_ADD, _MUL = TENSOR_PRIMITIVES["add"], TENSOR_PRIMITIVES["mul"]


@dataclass(frozen=True, slots=True)
class _Written:
    """A formula, how strongly it binds, and how many operations it shows."""

    text: str
    binds: int = 5
    size: int = 0


def formula_text(layer: Layer) -> str:
    """Writes a layer on one line: ``gamma * x / max(std[bwh](x), x * v0 + std[wh](x)) + beta with v0 from 1``.

    Values of two operations or more that are used repeatedly are named ``u1``, ``u2``, ... and defined behind it.
    """
    output, named = _write(layer, latex=False)
    definitions = [f"{name} = {text}" for name, text in named]
    live = live_references(layer)
    for i, leaf in enumerate(layer.leaves):
        if leaf.kind in TRAINABLE and -1 - i in live:
            definitions.append(f"{_leaf(i, leaf, latex=False).text} from {leaf.value:.6g}")
    return output + (f" with {', '.join(definitions)}" if definitions else "")


def formula_latex(layer: Layer) -> str:
    """Writes a layer as LaTeX for math mode, repeated compound values defined behind the formula."""
    output, named = _write(layer, latex=True)
    return r",\quad ".join([output, *(f"{name} = {text}" for name, text in named)])


def _write(layer: Layer, latex: bool) -> tuple[str, list[tuple[str, str]]]:
    """Returns the formula of the output, and the names and formulas of the values that are used repeatedly."""
    live = live_nodes(layer)
    uses = Counter(r for reference in live for r in layer.nodes[reference - 1].inputs)
    values: dict[Reference, _Written] = {X: _Written("x")}
    values |= {-1 - i: _leaf(i, leaf, latex) for i, leaf in enumerate(layer.leaves)}
    definitions: list[tuple[str, str]] = []
    for reference in live:
        node = layer.nodes[reference - 1]
        value = _node(node, [values[r] for r in node.inputs], latex)
        if uses[reference] > 1 and value.size > 1:
            name = f"u_{{{len(definitions) + 1}}}" if latex else f"u{len(definitions) + 1}"
            definitions.append((name, value.text))
            value = _Written(name)
        values[reference] = value
    output = values[len(layer.nodes)]
    if layer.affine:
        gamma, beta = (_Written(rf"\{name}" if latex else name) for name in ("gamma", "beta"))
        product = _fill(_MUL.latex if latex else _MUL.text, [gamma, output], latex)
        output = _fill(_ADD.latex if latex else _ADD.text, [product, beta], latex)
    return output.text, definitions


def _leaf(number: int, leaf: Leaf, latex: bool) -> _Written:
    if leaf.kind in TRAINABLE:
        letter = _LETTERS[leaf.kind]
        return _Written(f"{letter}_{{{number}}}" if latex else f"{letter}{number}")
    text = f"{leaf.value:.6g}"
    if latex and "e" in text:
        mantissa, exponent = text.split("e")
        return _Written(rf"{mantissa} \cdot 10^{{{int(exponent)}}}", 1 if leaf.value < 0 else 3)
    return _Written(text, 1 if leaf.value < 0 else 5)


def _node(node: Node, operands: list[_Written], latex: bool) -> _Written:
    if node.op not in MOMENTS:
        row = TENSOR_PRIMITIVES[node.op]
        return _fill(row.latex if latex else row.text, operands, latex)
    if latex:
        name = rf"{MOMENTS[node.op].latex}_{{{INDEX_SETS[node.index_set].latex}}}"
        text = rf"{name}\left({operands[0].text}\right)"
    else:
        text = f"{node.op}[{node.index_set}]({operands[0].text})"
    return _Written(text, 5, operands[0].size + 1)


def _fill(notation: Notation, operands: list[_Written], latex: bool) -> _Written:
    opening, closing = (r"\left(", r"\right)") if latex else "()"
    texts = [
        operand.text if operand.binds >= need else f"{opening}{operand.text}{closing}"
        for operand, need in zip(operands, notation.needs, strict=False)
    ]
    return _Written(notation.template.format(*texts), notation.binds, 1 + sum(operand.size for operand in operands))
