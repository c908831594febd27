"""Compares the interpreter with the layer's own function, which other tests compare with published definitions."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from evaluators.norm_act_layers import layer_function
from evaluators.norm_act_layers.interpreter import layer as interpreted
from evaluators.norm_act_layers.interpreter import layer_code
from search_spaces.norm_act_layers.layer import running_moments, trainable_leaves

QUICK = {"xla_backend_optimization_level": 0}


def differences(layer, machine, x):
    """Runs a layer and its gradient both ways, in training and at inference.

    Args:
        layer: any.
        machine: compiled once per shape of x.
        x: its type is that of all arithmetic.

    Returns:
        the greatest difference over the greatest magnitude that is right, 1 if that is less, of the output, the adjoint
        of x, those of all parameters, and the running values: by "train" or "eval" and name. Infinite if one of both is
        not finite where the other is.
    """
    parameters, state = _trained(layer, x.shape[-1], x.dtype)
    code = layer_code(layer, machine.capacity)
    found = _interpreter(machine)(code, *_coded(layer, code, parameters, state, x), x)
    found = {name: _named(layer, *results) for name, results in found.items()}
    right = {}
    for name, train in (("train", True), ("eval", False)):
        results = _both_ways(lambda *a, train=train: layer_function.apply(layer, *a, train), parameters, state, x)
        right[name] = {"y": results[0], "x": results[2][1], **results[1], **results[2][0]}
    assert {name: set(values) for name, values in found.items()} == {name: set(right[name]) for name in right}
    return {
        f"{name} {key}": _difference(found[name][key], value)
        for name, values in right.items()
        for key, value in values.items()
    }


def _trained(layer, num_channels, dtype):
    rng = np.random.default_rng(0)
    parameters, state = layer_function.init(layer, num_channels, dtype)
    parameters = {key: jnp.asarray(a + 0.3 * rng.standard_normal(a.shape), dtype) for key, a in parameters.items()}
    return parameters, {key: jnp.asarray(a + rng.uniform(0.1, 0.5, a.shape), dtype) for key, a in state.items()}


def _both_ways(apply, parameters, state, x):
    """Returns output, new running values, and gradients by parameters and x of a sum with uneven weights."""
    weights = jnp.asarray(np.random.default_rng(5).standard_normal(x.shape), x.dtype)

    def loss(parameters, x):
        y, new_state = apply(parameters, state, x)
        return (y * weights).sum(), (y, new_state)

    gradient, (y, new_state) = jax.grad(loss, (0, 1), has_aux=True)(parameters, x)
    return y, new_state, gradient


@cache
def _interpreter(machine):
    def run(code, parameters, state, x):
        return {
            name: _both_ways(lambda *a, train=train: interpreted.apply(machine, code, *a, train), parameters, state, x)
            for name, train in (("train", True), ("eval", False))
        }

    return jax.jit(run, compiler_options=QUICK)


def _coded(layer, code, parameters, state, x):
    """Returns parameters and running values in the interpreter's form."""
    found, running = interpreted.init(code, x.shape[-1], x.dtype)
    found |= {key: parameters[key] for key in ("gamma", "beta") if key in parameters}
    for leaf in trainable_leaves(layer):
        kind = layer.leaves[leaf].kind + "s"
        found[kind] = found[kind].at[leaf].set(parameters[f"leaf{leaf}"])
    statistics = [state[f"moment{position}"] for position in running_moments(layer)]
    return found, {"statistics": jnp.stack([*statistics, *running["statistics"][len(statistics) :]])}


def _named(layer, y, state, gradient):
    """Returns what the interpreter found by the names of the layer's function."""
    by_parameters, by_x = gradient
    names = {f"leaf{leaf}": by_parameters[layer.leaves[leaf].kind + "s"][leaf] for leaf in trainable_leaves(layer)}
    if layer.affine:
        names |= {key: by_parameters[key] for key in ("gamma", "beta")}
    names |= {f"moment{i}": state["statistics"][slot] for slot, i in enumerate(running_moments(layer))}
    return {"y": y, "x": by_x, **names}


def _difference(found, right):
    found, right = np.asarray(found, np.float64), np.asarray(right, np.float64)
    assert found.shape == right.shape
    finite = np.isfinite(right)
    if (np.isfinite(found) != finite).any():
        return np.inf
    return np.abs(found[finite] - right[finite]).max(initial=0) / np.abs(right[finite]).max(initial=1)
