"""Runs a layer that was exported to JAX, Flax or Keras on given arrays; imports nothing of Primordia."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np


class Opened(NamedTuple):
    """A module, whatever the library.

    Attributes:
        initial: parameters and running statistics of the untrained layer by name.
        call: takes parameters, running statistics, x and whether to train; returns the output and the new statistics.
    """

    initial: dict[str, Any]
    call: Callable[..., Any]


def main(language: str, exported: Any, member: str, names: Mapping[str, str], inputs: str, outputs: str) -> None:
    """Runs a module on the arrays of one file and writes what it gives to another."""
    jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
    with np.load(inputs, allow_pickle=False) as arrays:
        np.savez(outputs, **run(language, exported, member, names, dict(arrays)))


def run(
    language: str, exported: Any, member: str, names: Mapping[str, str], arrays: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns outputs, gradients and running statistics, in training and at inference.

    Args:
        language: ``jax``, ``flax`` or ``keras``, on its JAX backend.
        exported: the module.
        member: the name of the class or function in it.
        names: its names of parameters and running statistics by the evaluator's.
        arrays: batches of shape (steps, batch, ...space..., channels) and weights of the outputs by case, parameters
            and running values. The module gets the channels as the second axis where the case ends in ``first``.
    """
    open_module = {"jax": _open_functions, "flax": _open_linen, "keras": _open_keras}[language]
    params, state = (
        {names[key.partition("/")[2]]: value for key, value in arrays.items() if key.startswith(f"{group}/")}
        for group in ("parameters", "state")
    )
    keys = {name: key for key, name in names.items()}
    results: dict[str, Any] = {}
    for case in dict.fromkeys(key.partition("/")[0] for key in arrays if key.endswith("/x")):
        batches, weights = (arrays[f"{case}/{what}"] for what in ("x", "weights"))
        is_last = not case.endswith("first")
        opened = open_module(exported, member, batches[0] if is_last else np.moveaxis(batches[0], -1, 1), is_last)
        results |= {f"initial/{key}": np.asarray(opened.initial[name]) for key, name in names.items()}
        found = _outcome(_step(opened.call, weights, is_last), keys, params, state, batches)
        results |= {f"{case}/{key}": np.asarray(value) for key, value in found.items()}
    return results


def _step(call: Callable[..., Any], weights: Any, is_last: bool) -> Callable[..., Any]:
    def loss(params: Any, x: Any, state: Any, train: bool) -> Any:
        y, new_state = call(params, state, x if is_last else jnp.moveaxis(x, -1, 1), train)
        y = y if is_last else jnp.moveaxis(y, 1, -1)
        return jnp.sum(weights * y), (y, new_state)

    options = {"xla_backend_optimization_level": 0}
    return jax.jit(jax.grad(loss, (0, 1), has_aux=True), static_argnums=3, compiler_options=options)


def _outcome(step: Callable[..., Any], keys: Mapping[str, str], params: Any, state: Any, batches: Any) -> Any:
    found: dict[str, Any] = {}
    for number, x in enumerate(batches):
        mode = "train" if number < len(batches) - 1 else "infer"
        (of_params, of_x), (y, state) = step(params, x, state, mode == "train")
        found |= {f"{mode}/y": y, f"{mode}/gradient/x": of_x}
        found |= {f"{mode}/gradient/{keys[name]}": value for name, value in of_params.items()}
        found |= {f"{mode}/state/{keys[name]}": value for name, value in state.items()}
    return found


def _open_functions(exported: Any, member: str, x: Any, is_last: bool) -> Opened:
    apply = getattr(exported, member)
    params, state = exported.init(x.shape[-1 if is_last else 1], jnp.float64)
    return Opened({**params, **state}, lambda *arguments: apply(*arguments, channels_last=is_last))


def _open_linen(exported: Any, member: str, x: Any, is_last: bool) -> Opened:
    module = getattr(exported, member)(channels_last=is_last, param_dtype=jnp.float64)
    fresh = module.init(jax.random.key(0), x, use_running_average=False)

    def call(params: Any, state: Any, x: Any, train: bool) -> Any:
        variables = {"params": params, "batch_stats": state}
        y, new = module.apply(variables, x, use_running_average=not train, mutable=["batch_stats"])
        return y, new.get("batch_stats", {})

    return Opened({**fresh.get("params", {}), **fresh.get("batch_stats", {})}, call)


def _open_keras(exported: Any, member: str, x: Any, is_last: bool) -> Opened:
    # Keras computes a part of its operations on JAX in single precision; this table of its makes it so.
    table = getattr(importlib.import_module("keras.src.backend.common.dtypes"), "BIT64_TO_BIT32_DTYPE", {})
    if "float64" in table:
        table["float64"] = "float64"
    layer = getattr(exported, member)(data_format="channels_last" if is_last else "channels_first", dtype="float64")
    layer.build(x.shape)
    trained, others = layer.trainable_variables, layer.non_trainable_variables

    def call(params: Any, state: Any, x: Any, train: bool) -> Any:
        given = [params[v.name] for v in trained], [state[v.name] for v in others]
        y, new = layer.stateless_call(*given, x, training=train)
        return y, {v.name: value for v, value in zip(others, new, strict=True)}

    return Opened({v.name: v.value for v in layer.variables}, call)
