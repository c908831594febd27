import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from evaluators.norm_act_layers.packing import Packing

TREE = {"b": {"kernel": np.arange(6.0).reshape(2, 3), "scalar": np.float64(7)}, "a": np.arange(8.0, 10), "none": {}}


def test_a_tree_becomes_the_vector_that_jax_makes_of_it_and_comes_back():
    packing = Packing.of(TREE)
    vector = packing.pack(TREE)
    np.testing.assert_array_equal(vector, ravel_pytree(TREE)[0])
    assert vector.dtype == jnp.float32
    jax.tree.map(np.testing.assert_array_equal, packing.unpack(vector), TREE)


def test_it_does_the_same_under_jit_and_vmap():
    packing = Packing.of(TREE)
    vector = packing.pack(TREE)
    doubled = jax.jit(lambda v: packing.pack(jax.tree.map(lambda a: 2 * a, packing.unpack(v))))(vector)
    np.testing.assert_array_equal(doubled, 2 * vector)
    batch = jnp.stack([vector, -vector])
    np.testing.assert_array_equal(jax.vmap(lambda v: packing.pack(packing.unpack(v)))(batch), batch)


def test_a_tree_without_arrays_is_an_empty_vector():
    packing = Packing.of({"place": {}})
    assert packing.pack({"place": {}}).shape == (0,)
    assert packing.unpack(jnp.zeros(0)) == {"place": {}}
