from runs.layers.export.layer_code import layer_code
from runs.layers.export.to_torch import _DIALECT
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import Layer, Leaf, Node


def test_parameters_and_running_statistics_have_the_formulas_names():
    code = layer_code(canonical(KNOWN_LAYERS["bn_relu"]), _DIALECT)
    assert [tuple(parameter) for parameter in code.parameters] == [
        ("v1", "leaf1", "vector", 0.0),
        ("v2", "leaf2", "vector", 1.0),
    ]
    assert [(running.name, running.initial) for running in code.running] == [("mean", 0.0), ("var", 1.0)]
    assert (code.has_axes, code.has_groups, code.has_roots) == (True, False, True)


def test_an_activation_needs_no_axes():
    code = layer_code(canonical(KNOWN_LAYERS["silu"]), _DIALECT)
    assert code.body == ("# x * sigmoid(x)", "gate = torch.sigmoid(x)", "y = x * gate")
    assert not (code.has_axes or code.has_groups or code.has_roots or code.parameters or code.running)


def test_values_of_one_kind_are_numbered():
    nodes = (Node("mul", (0, -1)), Node("mul", (1, -2)), Node("mul", (2, 0)), Node("mul", (3, 1)))
    code = layer_code(Layer(nodes, (Leaf("scalar", 1.0), Leaf("vector", 1.0)), affine=False), _DIALECT)
    assert code.body[1:] == (
        "product = x * self.a0",
        "product_2 = product * self.v1",
        "product_3 = product_2 * x",
        "y = product_3 * product",
    )


def test_two_moments_of_the_batch_have_two_running_statistics():
    nodes = (
        Node("std", (0,), "bwh"),
        Node("square", (0,)),
        Node("var", (2,), "bwh"),
        Node("div", (0, 1)),
        Node("sub", (4, 3)),
    )
    code = layer_code(canonical(Layer(nodes, ())), _DIALECT)
    assert [running.name for running in code.running] == ["var", "var_2"]
    assert "    self._track(self.running_var_2, batch_var_2)" in code.body


def test_constants_are_numbers_beside_tensors_and_tensors_elsewhere():
    leaves = (Leaf("constant", 0.5), Leaf("constant", 2.0))
    product = layer_code(Layer((Node("mul", (0, -1)),), leaves, affine=False), _DIALECT)
    assert product.body[-1] == "y = x * 0.5"
    larger = layer_code(Layer((Node("max", (0, -1)),), leaves, affine=False), _DIALECT)
    assert larger.body[-1] == "y = torch.maximum(x, x.new_tensor(0.5))"
    nodes = (Node("div", (-1, -2)), Node("mul", (0, 1)))
    alone = layer_code(Layer(nodes, leaves, affine=False), _DIALECT)
    assert alone.body[1:] == (
        "constant = x.new_tensor(0.5)",
        "constant_2 = x.new_tensor(2.0)",
        "quotient = constant / constant_2",
        "y = x * quotient",
    )


def test_what_does_not_vary_everywhere_is_spread():
    code = layer_code(Layer((Node("mean", (0,), "wh"),), ()), _DIALECT)
    assert code.body[1:] == ("y = x.mean(1, keepdim=True)", "y = y * self.weight + self.bias", "y = y.expand(x.shape)")
