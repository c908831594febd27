"""The comparison that an exported module must pass before it is written.

Module and evaluator get the same batches, parameters and running values in double precision: images and tokens,
with channels first and last, three steps of training and then inference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.layer_function import apply, init
from runs.layers.export.execution import Arrays, execute
from search_spaces.norm_act_layers.layer import Layer

TOLERANCE = 1e-5
"""Largest difference, relative to the largest magnitude of the array."""

NUM_CHANNELS = 48
"""16 groups of 3."""

CASES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"images": (4, 3, 2), "images_first": (4, 3, 2), "tokens": (5, 7)}
)
"""Shapes without the channels. Where a name ends in ``first``, the module gets the channels as the second axis."""

NUM_STEPS = 3

VERIFIED = (
    f"outputs, gradients and running statistics differ from the evaluator's by less than {TOLERANCE:g} of their "
    "magnitude in training and at inference, for images with channels last and first and tokens, in double precision"
)

# What lies below so little of a magnitude of 1 may be cancellation, whose digits no two libraries share.
_LEAST_SCALE = 1e-3


def verify(language: str, source: str, layer: Layer, member: str, names: Mapping[str, str]) -> None:
    """Executes a module in a fresh, isolated interpreter, where Primordia is not at hand, and compares what it gives.

    Args:
        language: ``jax``, ``flax``, ``keras`` or ``torch``.
        source: the module's text.
        layer: the layer that it must be.
        member: the class or function in it.
        names: its names of parameters and running statistics by the evaluator's.

    Raises:
        ValueError: when it does not run, or a figure differs.
    """
    inputs = draw_inputs(layer)
    found = execute(language, source, member, names, inputs)
    compare(language, found, expected(layer, inputs))


def draw_inputs(layer: Layer, cases: Iterable[str] = tuple(CASES)) -> Arrays:
    """Returns batches, weights of the outputs, and parameters and running values other than the initial ones.

    Args:
        layer: what they are for.
        cases: names in :data:`CASES`.
    """
    rng = np.random.default_rng(0)
    arrays: Arrays = {}
    for case in cases:
        size = (*CASES[case], NUM_CHANNELS)
        arrays[f"{case}/x"] = 0.5 + 1.5 * rng.standard_normal((NUM_STEPS + 1, *size))
        arrays[f"{case}/weights"] = rng.standard_normal(size)
    with jax.enable_x64(True):
        parameters, state = jax.device_get(init(layer, NUM_CHANNELS, jnp.float64))
    for key, value in parameters.items():
        arrays[f"parameters/{key}"] = np.array(value + 0.2 * rng.standard_normal(value.shape))
    for key, value in state.items():
        arrays[f"state/{key}"] = np.array(value + rng.uniform(0, 0.5, value.shape))
    return arrays


def expected(layer: Layer, inputs: Arrays) -> Arrays:
    """Returns what a module must give for inputs, by the evaluator's own function.

    Raises:
        ValueError: when the layer has no finite output for any of them, so that nothing can be compared.
    """
    with jax.enable_x64(True):
        parameters, state = init(layer, NUM_CHANNELS, jnp.float64)
        found = {f"initial/{key}": np.asarray(value) for key, value in {**parameters, **state}.items()}
        for case in CASES:
            if f"{case}/x" in inputs:
                found |= {f"{case}/{key}": np.asarray(value) for key, value in _outcome(layer, inputs, case).items()}
    if not all(np.isfinite(value).any() for key, value in found.items() if key.endswith("/y")):
        raise ValueError("the layer has no finite output for random inputs, so its export cannot be compared")
    return found


@partial(jax.jit, static_argnums=(0, 5), compiler_options={"xla_backend_optimization_level": 0})
def _step(layer: Layer, parameters: Any, state: Any, x: Any, weights: Any, train: bool) -> tuple[Any, Any]:
    """Returns gradients of a weighted sum of the outputs, and the outputs and the new state."""

    def loss(values: dict[str, Any]) -> tuple[Any, Any]:
        y, new_state = apply(layer, values, state, values["x"], train)
        return jnp.sum(weights * y), (y, new_state)

    found: tuple[Any, Any] = jax.grad(loss, has_aux=True)({"x": x, **parameters})
    return found


def _outcome(layer: Layer, inputs: Arrays, case: str) -> dict[str, Any]:
    """Returns outputs, gradients and running values after training, and outputs and gradients at inference."""
    parameters = _part(inputs, "parameters")
    state: Any = _part(inputs, "state")
    found: dict[str, Any] = {}
    for step, x in enumerate(inputs[f"{case}/x"]):
        mode = "train" if step < NUM_STEPS else "infer"
        gradients, (y, state) = _step(layer, parameters, state, x, inputs[f"{case}/weights"], mode == "train")
        found |= {f"{mode}/y": y, **{f"{mode}/gradient/{key}": value for key, value in gradients.items()}}
        found |= {f"{mode}/state/{key}": value for key, value in state.items()}
    return found


def compare(language: str, found: Mapping[str, NDArray[Any]], meant: Mapping[str, NDArray[Any]]) -> None:
    """Requires that a module gave what it must.

    Raises:
        ValueError: when an array is missing, has another shape, or differs.
    """
    for key, values in meant.items():
        if key not in found or found[key].shape != values.shape:
            shape = found[key].shape if key in found else "nothing"
            raise ValueError(f"the {language} export gives {shape} for {key}, not {values.shape}; nothing was written")
        difference = _difference(found[key], values, strict="/gradient/" not in key)
        if not difference <= TOLERANCE:
            raise ValueError(
                f"the {language} export differs from the evaluator in {key} by {difference:.2g} of its magnitude, "
                f"allowed is {TOLERANCE:g}; nothing was written"
            )


def _difference(found: NDArray[Any], meant: NDArray[Any], strict: bool) -> float:
    """Returns the largest difference relative to the magnitude, infinite where one side alone is not finite.

    Gradients that are not finite in the evaluator, as that of a root at 0, are not compared: libraries differ in them.
    """
    finite = np.isfinite(meant)
    if strict and not np.array_equal(finite, np.isfinite(found)):
        return float("inf")
    if not finite.any():
        return 0.0
    scale = max(np.abs(meant[finite]).max(), _LEAST_SCALE)
    with np.errstate(invalid="ignore"):
        difference = np.abs(found[finite] - meant[finite]).max() / scale
    return float(difference)


def _part(arrays: Arrays, name: str) -> dict[str, Any]:
    prefix = f"{name}/"
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
