import numpy as np
import pytest

from runs.layers.export import export
from runs.layers.export.execution import execute
from runs.layers.export.verification import CASES, NUM_CHANNELS, compare, draw_inputs, expected
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.known_layers import KNOWN_LAYERS
from search_spaces.norm_act_layers.layer import Layer, Leaf, Node
from tests.runs.layers.export.exported import EVIDENCE, require_parity

LAYER = canonical(KNOWN_LAYERS["batch_norm"])


def test_what_is_expected_of_batch_norm_is_its_definition():
    inputs = draw_inputs(LAYER)
    meant = expected(LAYER, inputs)
    mean, var = (inputs[f"state/{key}"] for key in sorted(key.partition("/")[2] for key in inputs if "state/" in key))
    gamma, beta = inputs["parameters/gamma"], inputs["parameters/beta"]
    for case in CASES:
        batches = inputs[f"{case}/x"]
        running = [mean, var]
        for x in batches[:-1]:
            flat = x.reshape(-1, NUM_CHANNELS)
            y = gamma * (x - flat.mean(0)) / np.sqrt(flat.var(0) + 1e-5) + beta
            running = [0.9 * old + 0.1 * new for old, new in zip(running, (flat.mean(0), flat.var(0)), strict=True)]
        np.testing.assert_allclose(meant[f"{case}/train/y"], y, rtol=1e-9, atol=1e-9)
        y = gamma * (batches[-1] - running[0]) / np.sqrt(running[1] + 1e-5) + beta
        np.testing.assert_allclose(meant[f"{case}/infer/y"], y, rtol=1e-9, atol=1e-9)
        weights = inputs[f"{case}/weights"].reshape(-1, NUM_CHANNELS)
        np.testing.assert_allclose(meant[f"{case}/infer/gradient/beta"], weights.sum(0), rtol=1e-9, atol=1e-9)


def test_parameters_are_not_the_initial_ones():
    inputs = draw_inputs(LAYER, ("tokens",))
    assert np.ptp(inputs["parameters/gamma"]) > 0.1
    assert not any(key.startswith("images") for key in inputs)


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        ({"a/y": np.ones(3)}, None),
        ({"a/y": np.array([1, 1, 1 + 0.9e-5])}, None),
        ({"a/y": np.array([1, 1, 1 + 1.2e-5])}, "in a/y by 1.2e-05 of its magnitude, allowed is 1e-05"),
        ({"a/y": np.array([1, 1, np.nan])}, "in a/y by inf"),
        ({"a/y": np.ones((3, 1))}, r"gives \(3, 1\) for a/y, not \(3,\)"),
        ({}, r"gives nothing for a/y, not \(3,\)"),
    ],
)
def test_differences_are_relative_to_the_magnitude(found, complaint):
    meant = {"a/y": np.ones(3)}
    if complaint is None:
        compare("jax", found, meant)
    else:
        with pytest.raises(ValueError, match=f"the jax export .*{complaint}.*; nothing was written"):
            compare("jax", found, meant)


def test_gradients_are_compared_where_the_evaluators_are_finite():
    meant = {"a/gradient/x": np.array([1.0, np.nan])}
    compare("jax", {"a/gradient/x": np.array([1.0, 3.0])}, meant)
    for wrong in (np.array([np.nan, np.nan]), np.array([2.0, np.nan])):
        with pytest.raises(ValueError, match="differs"):
            compare("jax", {"a/gradient/x": wrong}, meant)


def test_a_layer_without_a_finite_output_cannot_be_compared():
    layer = Layer((Node("sub", (-1, -1)), Node("div", (0, 1))), (Leaf("constant", 1.0),))
    with pytest.raises(ValueError, match="the layer has no finite output for random inputs"):
        expected(layer, draw_inputs(layer, ("tokens",)))


def test_a_module_that_does_not_run_is_told_in_one_line():
    with pytest.raises(ValueError, match=r"the jax export does not run here: ZeroDivisionError: .*; nothing was"):
        execute("jax", "1 / 0", "apply", {}, draw_inputs(LAYER, ("tokens",)))


def test_primordia_is_not_at_hand_where_a_module_runs():
    with pytest.raises(ValueError, match="ModuleNotFoundError: No module named 'primitives"):
        execute("jax", "import primitives.moments", "apply", {}, {})


def test_a_layer_with_values_that_do_not_depend_on_x_agrees():
    nodes = (
        Node("mean", (-1,), "c"),
        Node("std", (-1,), "bwh"),
        Node("rms", (-2,), "whc/g"),
        Node("add", (1, 2)),
        Node("mul", (4, 3)),
        Node("mul", (0, 5)),
    )
    layer = Layer(nodes, (Leaf("vector", 1.0), Leaf("scalar", 0.5)))
    require_parity(layer, "jax")
    assert 'lifted = params["v0"].reshape(1, 1, -1)' in export(canonical(layer), "jax", EVIDENCE)
