import math
import random
import re

import numpy as np
import pytest
import scipy.special

from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.builder import Builder
from search_spaces.norm_act_layers.formula import formula_latex, formula_text
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.norm_act import grow_layer, norm_act_vocabulary


def test_formulas_read_as_in_the_paper():
    assert formula_text(KNOWN_LAYERS["evonorm_b0"]) == (
        "gamma * x / max(std[bwh](x), x * v0 + std[wh](x)) + beta with v0 from 1"
    )
    assert formula_text(KNOWN_LAYERS["evonorm_s1"]) == "gamma * x * sigmoid(x) / std[whc/g](x) + beta"
    assert formula_text(KNOWN_LAYERS["relu"]) == "max(x, 0)"
    assert formula_text(KNOWN_LAYERS["crrelu"]) == "max(x, 0) + x * exp(x^2 * (-0.5)) * a2 with a2 from 0.01"


def test_latex_reads_as_in_the_paper():
    assert formula_latex(KNOWN_LAYERS["evonorm_b2"]) == (
        r"\gamma \cdot \frac{x}{\max\left(\operatorname{std}_{b,w,h}\left(x\right), "
        r"\operatorname{rms}_{w,h}\left(x\right) - x\right)} + \beta"
    )


def test_values_that_are_used_twice_are_written_once():
    assert formula_text(KNOWN_LAYERS["bn_silu"]) == (
        "u1 * sigmoid(u1) with u1 = (x - mean[bwh](x)) / std[bwh](x) * v0 + v1, v0 from 1, v1 from 0"
    )
    graph = Builder()
    value = graph.x
    for _ in range(60):
        value = graph.op("mul", graph.op("exp", value), value)
    layer = graph.layer(affine=False)
    assert len(formula_text(layer)) < 3000
    assert len(formula_latex(layer)) < 5000


FUNCTIONS = {
    "max": np.maximum,
    "min": np.minimum,
    "exp": np.exp,
    "tanh": np.tanh,
    "erf": scipy.special.erf,
    "sin": np.sin,
    "sqrt": np.sqrt,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "softplus": lambda a: np.log1p(np.exp(a)),
    "gamma": 1.3,
    "beta": -0.2,
}


def moment(op, index_set, a):
    """Stands for a moment: another number for each."""
    return 0.5 + np.tanh(a) / (2 + len(op) + 3 * len(index_set))


def read(text, x, layer):
    """Computes a formula from its text, by Python's own grammar."""
    formula, _, definitions = text.partition(" with ")
    names = {**FUNCTIONS, "x": np.float64(x)}
    names |= {
        f"{'v' if leaf.kind == 'vector' else 'a'}{i}": np.float64(leaf.value) for i, leaf in enumerate(layer.leaves)
    }
    for definition in re.findall(r"(u\d+) = (.*?)(?=, [uva]\d+ (?:=|from)|$)", definitions):
        names[definition[0]] = evaluate(definition[1], names)
    return evaluate(formula, names)


def evaluate(text, names):
    text = re.sub(r"([a-z]+)\[([a-z/]+)\]\(", r"moment('\1', '\2', ", text).replace("^", "**")
    return eval(text, {"moment": moment, **names})


def truth(layer, x):
    def meaning(position, node, *operands):
        del position
        if node.index_set:
            return moment(node.op, node.index_set, *operands)
        return TENSOR_PRIMITIVES[node.op].floating(np, *map(np.float64, operands))

    y = layer.apply(np.float64(x), [leaf.value for leaf in layer.leaves], meaning)
    return 1.3 * y - 0.2 if layer.affine else y


def test_the_text_computes_what_the_layer_does():
    rng, vocabulary = random.Random(0), norm_act_vocabulary()
    bars = {"abs", "signed_log", "signed_sqrt"}  # Python has no grammar for |a|
    layers = [*KNOWN_LAYERS.values(), *(grow_layer(vocabulary, rng) for _ in range(800))]
    checked = 0
    for layer in layers:
        if bars & {node.op for node in layer.nodes}:
            continue
        for x in (-1.3, 0.4):
            with np.errstate(all="ignore"):
                expected, found = truth(layer, x), read(formula_text(layer), x, layer)
            if math.isfinite(expected) and abs(expected) < 1e6:
                assert found == pytest.approx(expected, rel=1e-4, abs=1e-4)
                checked += 1
    assert checked > 800


def test_bars_and_signs_are_written_out():
    graph = Builder()
    graph.op("mul", graph.op("signed_sqrt", graph.op("abs", graph.x)), graph.op("signed_log", graph.x))
    assert formula_text(graph.layer(affine=False)) == "sign(|x|) * sqrt||x|| * sign(x) * ln|x|"


def test_latex_balances():
    rng, vocabulary = random.Random(1), norm_act_vocabulary()
    for layer in [*KNOWN_LAYERS.values(), *(grow_layer(vocabulary, rng) for _ in range(300))]:
        latex = formula_latex(layer)
        for opening, closing in (("{", "}"), (r"\left(", r"\right)"), (r"\left|", r"\right|")):
            assert latex.count(opening) == latex.count(closing)
        assert not re.search(r"[^t]\(", latex)


def test_small_and_negative_constants_are_written_in_tens():
    graph = Builder()
    graph.op("mul", graph.op("add", graph.x, graph.constant(1e-7)), graph.constant(-2.0))
    layer = graph.layer(affine=False)
    assert formula_text(layer) == "(x + 1e-07) * (-2)"
    assert formula_latex(layer) == r"\left(x + 1 \cdot 10^{-7}\right) \cdot \left(-2\right)"
