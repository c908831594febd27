"""Trains a network with any layer, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import jax

from evaluators.norm_act_layers.batches import Batch
from evaluators.norm_act_layers.compilation import compiler_options
from evaluators.norm_act_layers.descent import Layout, Training, update
from evaluators.norm_act_layers.interpreter.code import LayerCode, layer_code
from evaluators.norm_act_layers.interpreter.layer import Machine, layer_functions
from evaluators.norm_act_layers.networks import Network, NetworkConfig, build
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.training import Program
from search_spaces.norm_act_layers.layer import Layer, Node

Interpreter: TypeAlias = Callable[[Layer], Program]
"""Returns the training of a network with a layer; raises ValueError for one that needs more than there is room for."""

ANY_LAYER = Layer((Node("neg", (0,)),), ())
"""Stands for all layers where only shapes count, which are the same for all, or where something must be compiled."""


def make_interpreter(
    config: NetworkConfig, recipe: Recipe, machine: Machine | None = None, form: str = ""
) -> Interpreter:
    """Returns what trains a network with any layer; the first step that is made compiles for all of them.

    The initial weights and the batches of a key are those of :func:`evaluators.norm_act_layers.training.make_step`, and
    so, but for rounding, is the training. The parameters of the layer lie in a form of the interpreter's own.

    Args:
        config: which network.
        recipe: momentum and weight decay are compiled in.
        machine: what runs the layers; the default has room for all layers of the search spaces.
        form: of the convolutions, as :func:`evaluators.norm_act_layers.networks.build` takes it.
    """
    runner = machine or Machine()
    made = partial(coded_network, config, runner, form)
    layout = coded_layout(config, runner)

    def one_step(
        code: LayerCode, training: Training, batch: Batch, rate: jax.Array | float
    ) -> tuple[Training, jax.Array]:
        return update(made(code), layout, recipe, training, batch, rate)

    def infer(code: LayerCode, training: Training, images: jax.Array) -> jax.Array:
        return made(code).forward(*layout.model(training), images, False)[0]

    step = jax.jit(one_step, donate_argnums=1, compiler_options=compiler_options())
    logits = jax.jit(infer, compiler_options=compiler_options())

    def program(layer: Layer) -> Program:
        code = layer_code(layer, runner.capacity)
        network, on_device = made(code), jax.device_put(code)
        return Program(
            network,
            recipe,
            lambda key: layout.start(*network.init(key)),
            partial(step, on_device),
            partial(logits, on_device),
            layout.model,
        )

    return program


def coded_network(config: NetworkConfig, machine: Machine, form: str, code: LayerCode) -> Network:
    """Returns a network whose layer is data.

    Args:
        config: which network.
        machine: what runs the layer.
        form: of the convolutions.
        code: the layer; may be traced, except for ``init``.
    """
    return build(config, layer_functions(machine, code), form)


def coded_layout(config: NetworkConfig, machine: Machine) -> Layout:
    """Returns the layout of a network's parameters, the same for all layers."""
    code = layer_code(ANY_LAYER, machine.capacity)
    return Layout.of(*coded_network(config, machine, "", code).init(jax.random.key(0)))
