import jax
import jax.numpy as jnp
import pytest

from evaluators.norm_act_layers import compilation


@pytest.fixture(autouse=True)
def _forget():
    compilation.compiler_options.cache_clear()
    yield
    compilation.compiler_options.cache_clear()


def test_a_function_compiles_with_the_options_and_means_the_same():
    function = jax.jit(lambda x: jnp.tanh(x).sum(), compiler_options=compilation.compiler_options())
    assert function(jnp.arange(4.0)) == pytest.approx(float(jnp.tanh(jnp.arange(4.0)).sum()))


def test_options_that_this_jax_does_not_know_are_left_out(monkeypatch):
    monkeypatch.setattr(compilation, "_FAST", {"xla_cpu_of_another_release": True})
    assert compilation.compiler_options() == {}


def test_there_are_none_for_other_devices(monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert compilation.compiler_options() == {}
