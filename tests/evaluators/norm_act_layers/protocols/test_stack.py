import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evaluators.norm_act_layers import layer_function
from evaluators.norm_act_layers.protocols.stack import Stack
from search_spaces.norm_act_layers import KNOWN_LAYERS, Layer, Leaf, Node, canonical


def in_jax(layer, stack, matrices):
    """The loss as a function of the matrices, from the reference meaning of the layer."""
    x, labels = stack.images[0], stack.labels
    for matrix in matrices[:-1]:
        z = x @ matrix
        parameters, state = layer_function.init(layer, z.shape[-1], z.dtype)
        x, _ = layer_function.apply(layer, parameters, state, z, True)
    logits = x.mean(1) @ matrices[-1]
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean()


@pytest.mark.parametrize("name", ["evonorm_b0", "gn_relu"])
def test_gradients_are_those_of_the_reference(name):
    layer, stack = canonical(KNOWN_LAYERS[name]), Stack(3)
    with jax.enable_x64(True):
        reference = jax.grad(lambda matrices: in_jax(layer, stack, matrices))
        expected = jax.jit(reference, compiler_options={"xla_backend_optimization_level": 0})(stack.matrices)
    found = stack.gradient(layer, stack.matrices).of_matrices
    assert len(found) == len(expected) == 4
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-9 * np.abs(b).max())


def test_gradients_by_inputs_are_those_by_what_is_added_to_them():
    layer, stack = canonical(KNOWN_LAYERS["bn_silu"]), Stack(2)
    of_inputs = stack.gradient(layer, stack.matrices).of_inputs
    # z = x W has the gradient x' (dL/dz) by W
    first = stack.images[0].reshape(-1, stack.images.shape[-1]).T @ of_inputs[0].reshape(-1, of_inputs[0].shape[-1])
    np.testing.assert_allclose(first, stack.gradient(layer, stack.matrices).of_matrices[0], rtol=1e-12)
    assert len(of_inputs) == 2


def test_a_layer_without_its_input_has_no_gradient():
    constant = Layer((Node("tanh", (-1,)),), (Leaf("constant", 1.0),))
    gradient = Stack(2).gradient(constant, Stack(2).matrices)
    assert not any(part.any() for part in gradient.of_inputs)
    assert gradient.of_matrices[-1].any()


def test_equal_seeds_draw_equal_stacks():
    np.testing.assert_array_equal(Stack(2).matrices[1], Stack(2).matrices[1])
    assert (Stack(2).matrices[1] != Stack(2, seed=1).matrices[1]).any()
