"""A layer that is data: its parameters, running values, training and inference.

The meaning is that of :mod:`evaluators.norm_act_layers.layer_function`, without replicas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from evaluators.norm_act_layers.interpreter.code import CONSTANT, SCALAR, VECTOR, Capacity, Code, LayerCode
from evaluators.norm_act_layers.interpreter.lanes import split
from evaluators.norm_act_layers.interpreter.machine import run
from evaluators.norm_act_layers.layer_function import MOMENTUM
from evaluators.norm_act_layers.networks.parts import LayerFunctions

Parameters: TypeAlias = Mapping[str, jax.Array]
"""``gamma``, ``beta`` of shape (channels,), ``scalars`` (leaves,) and ``vectors`` (leaves, channels)."""

State: TypeAlias = Mapping[str, jax.Array]
"""``statistics`` of shape (statistics, channels); those of a layer's moments come first, in their order."""

LANES = 2048
"""Numbers that an operation works on: so few that a few registers stay in the nearest cache of a processor, so many
that the operation is worth its dispatch."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What is compiled, the same for all layers.

    Attributes:
        capacity: of the code that it runs.
        lanes: numbers that an operation works on, where the tensor can be cut so. 0 for all of them, as it must be
            under ``jax.vmap`` over layers, where ``num_rows`` of the code must not be mapped.
    """

    capacity: Capacity = field(default_factory=Capacity)
    lanes: int = LANES


def layer_functions(machine: Machine, code: LayerCode) -> LayerFunctions:
    """Returns the layer that a network is built with; its parameters have shapes that do not depend on the layer.

    Args:
        machine: static under ``jit``.
        code: the layer, of the machine's capacity.
    """
    return LayerFunctions(partial(init, code), partial(apply, machine, code))


def init(code: LayerCode, num_channels: int, dtype: Any = np.float32) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the parameters and the running values of an untrained layer.

    Args:
        code: the layer, as NumPy has it.
        num_channels: size of the last axis of its input.
        dtype: the type of both.
    """

    def spread(values: Any) -> jax.Array:
        return jnp.asarray(np.repeat(np.asarray(values, dtype)[:, None], num_channels, 1))

    parameters = {
        "gamma": jnp.asarray(np.ones(num_channels, dtype)),
        "beta": jnp.asarray(np.zeros(num_channels, dtype)),
        "scalars": jnp.asarray(np.asarray(code.scalars, dtype)),
        "vectors": spread(code.vectors),
    }
    return parameters, {"statistics": spread(code.statistics)}


def apply(
    machine: Machine,
    code: LayerCode,
    parameters: Parameters,
    state: State,
    x: jax.Array,
    train: bool,
    *,
    momentum: float = MOMENTUM,
) -> tuple[jax.Array, dict[str, jax.Array]]:
    """Runs a layer.

    Args:
        machine: static under ``jit``.
        code: the layer, of the machine's capacity.
        parameters: from :func:`init`, or trained.
        state: from :func:`init`, or from the last call.
        x: of shape (batch, ...space..., channels).
        train: whether to use, and to update the running values by, the moments of the batch.
        momentum: share of a running value that stays.

    Returns:
        the output, of the shape of x, and the new running values.
    """
    codes = (code.forward, code.backward) if train else (code.inference, code.inference_backward)
    running = state["statistics"]
    table = jnp.concatenate([_table(code, parameters), jax.lax.stop_gradient(running)])
    y, latest = _layer(machine, codes, table, x)
    if not train:
        return y, dict(state)
    return y, {"statistics": momentum * running + (1 - momentum) * jax.lax.stop_gradient(latest)}


def _table(code: LayerCode, parameters: Parameters) -> jax.Array:
    vectors = parameters["vectors"]
    kinds = jnp.asarray(code.kinds)[:, None]
    choices = (
        jnp.asarray(code.constants, vectors.dtype)[:, None],
        parameters["scalars"][:, None],
        vectors,
    )
    leaves = jnp.select([kinds == kind for kind in (CONSTANT, SCALAR, VECTOR)], choices, 0)
    return jnp.concatenate([parameters["gamma"][None], parameters["beta"][None], leaves])


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _layer(machine: Machine, codes: tuple[Code, Code], table: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
    return _forward(machine, codes, table, x)[0]


def _forward(
    machine: Machine, codes: tuple[Code, Code], table: jax.Array, x: jax.Array
) -> tuple[tuple[jax.Array, jax.Array], Any]:
    lanes = split(x.shape, machine.lanes)
    blocks = x.reshape(lanes.num_blocks, lanes.num_lanes)
    y, statistics = run(codes[0], table, blocks, jnp.zeros_like(blocks), lanes, machine.capacity.registers, False)
    return (y.reshape(x.shape), statistics), (codes, table, x, statistics)


def _backward(machine: Machine, residuals: Any, adjoints: tuple[jax.Array, jax.Array]) -> tuple[Any, ...]:
    codes, table, x, statistics = residuals
    lanes = split(x.shape, machine.lanes)
    tensors = (tensor.reshape(lanes.num_blocks, lanes.num_lanes) for tensor in (x, adjoints[0]))
    trained = len(table) - machine.capacity.statistics
    given = jnp.where(codes[0].vectors[:, None] >= 0, statistics, table[trained:])
    table = jnp.concatenate([table[:trained], given])
    dx, averages = run(codes[1], table, *tensors, lanes, machine.capacity.registers, True)
    dtable = jnp.concatenate([averages * lanes.positions, jnp.zeros_like(given)])
    return None, dtable, dx.reshape(x.shape)


_layer.defvjp(_forward, _backward)
