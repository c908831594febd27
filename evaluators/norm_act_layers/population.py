"""The training of a network with many candidate layers at once, compiled.

The way on a GPU, where a single small network leaves most of the device idle: one step of the interpreter is mapped
over candidates, each with weights and running values of its own. On a CPU this is slower than one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.batches import Batch
from evaluators.norm_act_layers.compilation import compiler_options
from evaluators.norm_act_layers.descent import Layout, Training, update
from evaluators.norm_act_layers.interpreter import Capacity, LayerCode, Machine
from evaluators.norm_act_layers.interpreter.code import Code
from evaluators.norm_act_layers.interpreter.program import coded_layout, coded_network
from evaluators.norm_act_layers.networks import NetworkConfig
from evaluators.norm_act_layers.recipe import Recipe

_FORM = "products"
"""Of the convolutions: the library's become grouped ones, which are slow, when they are mapped over kernels."""


class Population(NamedTuple):
    """The training of a network with many layers at once, compiled once per number of them.

    Attributes:
        config: which network.
        recipe: how it is trained.
        machine: what runs the layers.
        layout: of the parameters.
        step: takes codes, trainings, whose memory it takes over, and batches, all stacked, and the learning rate;
            returns the next trainings and the losses.
        logits: takes codes and trainings, stacked, and images; returns logits by candidate.
    """

    config: NetworkConfig
    recipe: Recipe
    machine: Machine
    layout: Layout
    step: Callable[[LayerCode, Training, Batch, float], tuple[Training, jax.Array]]
    logits: Callable[[LayerCode, Training, jax.Array], jax.Array]

    def start(self, code: LayerCode, key: jax.Array) -> Training:
        """Returns a training of one candidate that has not begun."""
        return self.layout.start(*coded_network(self.config, self.machine, _FORM, code).init(key))


def make_population(config: NetworkConfig, recipe: Recipe, capacity: Capacity | None = None) -> Population:
    """Returns the training of a network with many layers at once.

    Args:
        config: which network.
        recipe: how it is trained.
        capacity: of the layers' code; the default has room for all layers of the search spaces.
    """
    machine = Machine(capacity or Capacity(), lanes=0)
    layout = coded_layout(config, machine)

    def step(code: LayerCode, training: Training, batch: Batch, rate: Any) -> tuple[Training, jax.Array]:
        return update(coded_network(config, machine, _FORM, code), layout, recipe, training, batch, rate)

    def logits(code: LayerCode, training: Training, images: jax.Array) -> jax.Array:
        return coded_network(config, machine, _FORM, code).forward(*layout.model(training), images, False)[0]

    steps = jax.vmap(step, (_mapped_axes(), 0, 0, None))
    all_logits = jax.vmap(logits, (_mapped_axes(), 0, None))
    return Population(
        config,
        recipe,
        machine,
        layout,
        jax.jit(steps, donate_argnums=1, compiler_options=compiler_options()),
        jax.jit(all_logits, compiler_options=compiler_options()),
    )


def stacked_codes(codes: Sequence[LayerCode]) -> LayerCode:
    """Stacks codes as a population takes them: all of them run as many rows as the longest."""

    def stack(axis: int | None, *arrays: NDArray[Any]) -> Any:
        return np.max(arrays) if axis is None else np.stack(arrays)

    stacked: LayerCode = jax.tree.map(stack, _mapped_axes(), *codes, is_leaf=lambda axis: axis is None)
    return stacked


def _mapped_axes() -> LayerCode:
    code = Code(rows=0, runs=0, sections=0, num_rows=None, num_sections=0, vectors=0)
    return LayerCode(code, code, code, code, scalars=0, vectors=0, constants=0, kinds=0, statistics=0)
