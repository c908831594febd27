import pytest

from runs.layers.export import export
from runs.layers.export.to_latex import check
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import Layer, Leaf, Node
from tests.runs.layers.export.exported import EVIDENCE


def test_formula_operations_values_and_moments_are_printed():
    text = export(KNOWN_LAYERS["evonorm_s1"], "latex", EVIDENCE)
    for line in (
        r"n_{1} &= \sigma\left(x\right) \\",
        r"n_{3} &= \operatorname{std}_{w,h,c/g}\left(x\right) \\",
        r"y &= \gamma \cdot n_{4} + \beta",
        r"\gamma &= 1.0 && \text{trained, one per channel} \\",
    ):
        assert line in text.splitlines()
    definition = r"\sqrt{\frac{1}{|I|} \sum_{i \in I} \left(z_i - \mu_I(z)\right)^2 + 1 \times 10^{-5}}"
    assert rf"\operatorname{{std}}_{{w,h,c/g}}(z) &= {definition} && I: \text{{all places and one of 32" in text


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        (r"\frac{n_{3}}", r"\frac{n_{2}}", "operations"),
        (r"_{w,h,c/g}\left(", r"_{w,h,c}\left(", "operations"),
        ("v_{0} &= 1.0", "v_{0} &= 1.5", "values"),
        (r"y &= \gamma \cdot n_{5} + \beta", r"y &= n_{5}", "gamma and beta"),
    ],
)
def test_other_operations_and_values_are_noticed(right, wrong, what):
    layer = canonical(KNOWN_LAYERS["evonorm_s0"])
    text = export(layer, "latex", EVIDENCE)
    check(text, layer, EVIDENCE)
    assert right in text
    with pytest.raises(ValueError, match=f"the {what} in the latex export read back differently"):
        check(text.replace(right, wrong), layer, EVIDENCE)


def test_every_operation_and_small_numbers_read_back():
    unary = ("neg", "sigmoid", "tanh", "exp", "signed_log", "abs", "square", "signed_sqrt", "erf", "sin", "softplus")
    nodes = [Node(op, (i,)) for i, op in enumerate((*unary, "sqrt", "rsqrt"))]
    nodes += [Node(op, (len(nodes) + i, -1 - i)) for i, op in enumerate(("add", "mul", "div", "max", "sub", "min"))]
    nodes += [Node("meansq", (len(nodes),), "c"), Node("var", (len(nodes) + 1,), "bwh")]
    values = (1e-7, -2.5e300, 0.1, -0.0, 3.0, 1 / 3)
    leaves = tuple(Leaf(("constant", "scalar", "vector")[i % 3], value) for i, value in enumerate(values))
    layer = canonical(Layer(tuple(nodes), leaves, affine=False))
    check(export(layer, "latex", EVIDENCE), layer, EVIDENCE)
