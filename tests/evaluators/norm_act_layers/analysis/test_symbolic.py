import numpy as np
import pytest
import sympy

from evaluators.norm_act_layers.analysis.pointwise import pointwise
from evaluators.norm_act_layers.analysis.symbolic import expression, symbolic
from search_spaces.norm_act_layers import KNOWN_LAYERS, canonical
from tests.evaluators.norm_act_layers.protocols.specimens import written

X = sympy.Symbol("x", real=True)


def numbers(layer, form):
    """Returns the values that the pointwise part has for the symbols."""
    moments = pointwise(layer).moments
    return {
        symbol.name: moments[symbol.reference] if symbol.reference > 0 else layer.leaves[-1 - symbol.reference].value
        for symbol in form.symbols
    }


@pytest.mark.parametrize(
    "name", ["bn_relu", "ln_gelu", "mish", "crrelu", "ash", "frn_tlu", "evonorm_b0", "evonorm_b2", "evonorm_s0"]
)
def test_the_text_is_the_layer_and_its_derivative(name):
    layer = canonical(KNOWN_LAYERS[name])
    form, part, points = symbolic(layer), pointwise(layer), np.array([-1.7, -0.2, 0.6, 2.1])
    values = numbers(layer, form)
    for text, expected in ((form.text, part.value(points)), (form.derivative, part.jet(points).first)):
        found = sympy.sympify(text, locals={**{n: sympy.Symbol(n) for n in values}, "x": sympy.Symbol("x")})
        at = [float(found.subs(values).subs("x", point)) for point in points]
        np.testing.assert_allclose(at, expected, rtol=1e-4, atol=1e-5)


def test_moments_are_named_and_explained():
    form = symbolic(canonical(KNOWN_LAYERS["bn_relu"]))
    meanings = {symbol.name: symbol.meaning for symbol in form.symbols}
    assert meanings["mu1"] == "mean[bwh](x)"
    assert meanings["sigma1"] == "std[bwh](x)"
    assert sorted(meaning for name, meaning in meanings.items() if name.startswith("v")) == [
        "trained from 0, one per channel",
        "trained from 1, one per channel",
    ]
    assert r"\sigma_{1}" in form.latex


def test_known_forms():
    assert sympy.simplify(expression(canonical(KNOWN_LAYERS["silu"])) - X / (1 + sympy.exp(-X))) == 0
    assert expression(canonical(KNOWN_LAYERS["relu"])) == sympy.Max(0, X)


def test_what_is_long_or_unknown_to_sympy_is_written_as_a_formula():
    statements = [("add", "x", 1), *[("mul", "-1", "-1")] * 7]
    long = symbolic(canonical(written(*statements)))
    assert (long.latex, long.derivative) == ("", "")
    assert "u1" in long.text
    undefined = symbolic(canonical(written(("div", 0, 0), ("max", "-1", "x"))))
    assert undefined.text == "max(0 / 0, x)"
    assert symbolic(canonical(written(("abs", "x")))).derivative == ""
