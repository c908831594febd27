import jax
import jax.numpy as jnp
import numpy as np

from evaluators.norm_act_layers.networks.bilinear import bilinear


def _forward(x, w):
    return jnp.einsum("ij,jk->ik", jnp.roll(x, 1, 0), w)


product = bilinear(
    _forward, lambda g, w: jnp.roll(g @ w.T, -1, 0), lambda x, g: jnp.einsum("ij,ik->jk", jnp.roll(x, 1, 0), g)
)


def _arrays():
    rng = np.random.default_rng(0)
    return rng.normal(size=(4, 3)), rng.normal(size=(3, 2))


def test_values_and_gradients_are_those_of_the_map_itself():
    ours, plain = (jax.value_and_grad(lambda x, w, f=f: jnp.sin(f(x, w)).sum(), (0, 1)) for f in (product, _forward))
    for a, b in zip(jax.tree.leaves(ours(*_arrays())), jax.tree.leaves(plain(*_arrays())), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_gradients_of_gradient_norms_are_those_of_the_map_itself():
    def norm_of_gradient(f, x, w):
        gradients = jax.grad(lambda x, w: (jnp.sin(f(x, w)) ** 2).sum(), (0, 1))(x, w)
        return sum((g**2).sum() for g in gradients)

    ours, plain = (jax.grad(lambda x, w, f=f: norm_of_gradient(f, x, w), (0, 1)) for f in (product, _forward))
    for a, b in zip(ours(*_arrays()), plain(*_arrays()), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
