import re

import pytest

from primitives.moments import INDEX_SETS, MOMENTS
from primitives.tensor import TENSOR_PRIMITIVES
from runs.layers.report.mathml import formula, mathml
from runs.report.markup import write
from search_spaces.norm_act_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.formula import formula_latex


@pytest.mark.parametrize("name", TENSOR_PRIMITIVES)
def test_every_operation_can_be_typeset(name: str) -> None:
    row = TENSOR_PRIMITIVES[name]
    text = "".join(mathml(row.latex.template.format("x", "z")).itertext())
    assert text.count("x") - ("max" in text) - ("exp" in text) >= 1
    assert ("z" in text) == (row.arity == 2)
    assert "\\" not in text
    assert "{" not in text


@pytest.mark.parametrize("name", KNOWN_LAYERS)
def test_every_known_layer_can_be_typeset(name: str) -> None:
    layer = KNOWN_LAYERS[name]
    lines = formula(layer).findall("math")
    assert len(lines) == formula_latex(layer).count(r"\quad") + 1
    numbers = [element.text for line in lines for element in line.iter("mn")]
    # every number of the formula is there, in order
    assert numbers == re.findall(r"\d+(?:\.\d+)?", formula_latex(layer))


def test_fractions_roots_fences_and_indices_are_elements() -> None:
    tree = mathml(r"\frac{x}{\sqrt{\left|x\right|}} - \sigma\left(v_{0} \cdot x^{2}\right)")
    assert re.sub(' (displaystyle|scriptlevel|stretchy|fence)="[^"]*"', "", write(tree)) == (
        "<mrow><mfrac><mrow><mi>x</mi></mrow><mrow><msqrt><mrow><mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow></mrow></msqrt>"
        "</mrow></mfrac><mo>\N{MINUS SIGN}</mo><mi>\N{GREEK SMALL LETTER SIGMA}</mi>"
        "<mrow><mo>(</mo><msub><mi>v</mi><mrow><mn>0</mn></mrow></msub>"
        "<mo>\N{DOT OPERATOR}</mo><msup><mi>x</mi><mrow><mn>2</mn></mrow></msup><mo>)</mo></mrow></mrow>"
    )  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("index_set", INDEX_SETS)
def test_moments_have_their_index_set_as_an_index(moment: str, index_set: str) -> None:
    tree = mathml(rf"{MOMENTS[moment].latex}_{{{INDEX_SETS[index_set].latex}}}\left(x\right)")
    index = tree.find("msub")
    assert index is not None
    assert "".join(index[1].itertext()) == INDEX_SETS[index_set].latex


@pytest.mark.parametrize("latex", [r"\mathfrak{x}", r"\left(x", r"\frac{x}", r"\sqrt x"])
def test_other_latex_is_refused(latex: str) -> None:
    with pytest.raises(ValueError, match="a formula"):
        mathml(latex)
