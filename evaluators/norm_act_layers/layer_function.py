"""A layer as a function of JAX: parameters, running values, training and inference.

The reference meaning of a layer: the interpreter, generated code and exports are compared with it. Tensors are
channels-last, of shape (batch, ...space..., channels) with any number of spatial axes, none included.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

from primitives.moments import INDEX_SETS, MOMENTS, IndexSet, num_groups
from primitives.tensor import TENSOR_PRIMITIVES
from search_spaces.norm_act_layers.layer import Layer, Node, running_moments, trainable_leaves

Parameters: TypeAlias = Mapping[str, jax.Array]
"""``gamma`` and ``beta`` of shape (channels,) where the layer is affine, and ``leaf<i>`` per trained leaf i."""

State: TypeAlias = Mapping[str, jax.Array]
"""``moment<i>`` of shape (channels,): the running statistic of the batch moment at position i of the nodes."""

MOMENTUM = 0.9
"""Share of a running value that stays, as in EvoNorm; torch calls the other share its momentum."""


def init(
    layer: Layer, num_channels: int, dtype: Any = jnp.float32
) -> tuple[dict[str, jax.Array], dict[str, jax.Array]]:
    """Returns the parameters and the running values of an untrained layer.

    Args:
        layer: any valid layer.
        num_channels: size of the last axis of its input.
        dtype: the type of both.
    """
    shapes = {"scalar": (), "vector": (num_channels,)}
    parameters = {
        f"leaf{i}": jnp.full(shapes[layer.leaves[i].kind], layer.leaves[i].value, dtype)
        for i in trainable_leaves(layer)
    }
    if layer.affine:
        parameters |= {"gamma": jnp.ones(num_channels, dtype), "beta": jnp.zeros(num_channels, dtype)}
    state = {
        f"moment{i}": jnp.full(num_channels, MOMENTS[layer.nodes[i].op].initial, dtype) for i in running_moments(layer)
    }
    return parameters, state


def apply(
    layer: Layer,
    parameters: Parameters,
    state: State,
    x: jax.Array,
    train: bool,
    *,
    momentum: float = MOMENTUM,
    axis_name: str | None = None,
) -> tuple[jax.Array, dict[str, jax.Array]]:
    """Runs a layer.

    Moments over the batch are those of the batch in training, and the running ones at inference. What runs is the
    statistic, before its root: the mean, the biased variance, the mean square.

    Args:
        layer: any valid layer; static under ``jit``.
        parameters: from :func:`init`, or trained.
        state: from :func:`init`, or from the last call.
        x: of shape (batch, ...space..., channels).
        train: whether to use, and to update the running values by, the moments of the batch.
        momentum: share of a running value that stays.
        axis_name: the mapped axis of the replicas that share the batch, None for one replica.

    Returns:
        the output, of the shape of x, and the new running values.
    """
    run = _Run(state, x, train, momentum, axis_name)
    leaves = [
        parameters[f"leaf{i}"] if f"leaf{i}" in parameters else jnp.asarray(leaf.value, x.dtype)
        for i, leaf in enumerate(layer.leaves)
    ]
    y = jnp.broadcast_to(layer.apply(x, leaves, run.meaning), x.shape)
    if layer.affine:
        y = y * parameters["gamma"] + parameters["beta"]
    return y, run.new_state


class _Run:
    """One run of a layer: the meaning of its nodes, and the running values that they leave behind."""

    def __init__(self, state: State, x: jax.Array, train: bool, momentum: float, axis_name: str | None) -> None:
        self.new_state = dict(state)
        self._x = x
        self._train = train
        self._momentum = momentum
        self._axis_name = axis_name

    def meaning(self, position: int, node: Node, *operands: jax.Array) -> jax.Array:
        """Returns the value of a node."""
        if node.index_set:
            return self._moment(position, node, *operands)
        return jnp.asarray(TENSOR_PRIMITIVES[node.op].floating(jnp, *operands))

    def _moment(self, position: int, node: Node, value: jax.Array) -> jax.Array:
        moment, index_set = MOMENTS[node.op], INDEX_SETS[node.index_set]
        # Averaging over an axis of length 1 changes nothing, so a value that is the same everywhere need not be spread.
        value = value.reshape((1,) * (self._x.ndim - value.ndim) + value.shape)
        name = f"moment{position}"
        if not index_set.batch:
            return jnp.asarray(moment.floating(jnp, lambda a: average(a, index_set), value))
        if not self._train:
            return jnp.asarray(moment.finish(jnp, self.new_state[name]))
        statistic = moment.measure(self._batch_average, value)
        latest = jnp.broadcast_to(statistic.reshape(-1), self.new_state[name].shape)
        self.new_state[name] = self._momentum * self.new_state[name] + (1 - self._momentum) * latest
        return jnp.asarray(moment.finish(jnp, statistic))

    def _batch_average(self, value: jax.Array) -> jax.Array:
        mean = average(value, INDEX_SETS["bwh"])
        if self._axis_name is None:
            return mean
        return jnp.asarray(lax.pmean(mean, self._axis_name))  # type: ignore[no-untyped-call]


def average(value: jax.Array, index_set: IndexSet) -> jax.Array:
    """Averages a channels-last value over an index set.

    Args:
        value: of shape (batch, ...space..., channels), any of them 1 where the value does not depend on it.
        index_set: what to average over.

    Returns:
        of a shape that broadcasts against the value.
    """
    num_channels = value.shape[-1]
    if index_set.grouped and num_channels > 1:
        groups = num_groups(num_channels)
        parts = value.reshape(*value.shape[:-1], groups, num_channels // groups)
        mean = parts.mean((*range(1, value.ndim - 1), value.ndim))
        per_channel = jnp.repeat(mean, num_channels // groups, axis=-1)
        return per_channel.reshape(len(value), *[1] * (value.ndim - 2), num_channels)
    axes = [0] if index_set.batch else []
    axes += range(1, value.ndim - 1) if index_set.space else []
    axes += [value.ndim - 1] if index_set.channels else []
    return value.mean(tuple(axes), keepdims=True)
