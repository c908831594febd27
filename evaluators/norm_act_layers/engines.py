"""The engines that train candidates one by one: the interpreter, compiled once for all, and code for each alone."""

from __future__ import annotations

from functools import lru_cache

import jax
import jax.numpy as jnp

from evaluators.norm_act_layers.batches import SCORED_AT_ONCE, Batch
from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.interpreter import ANY_LAYER, Interpreter, make_interpreter
from evaluators.norm_act_layers.networks import NetworkConfig
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig
from evaluators.norm_act_layers.training import Program
from evaluators.norm_act_layers.trial import anchor_config, anchor_program
from search_spaces.norm_act_layers.layer import Layer


def chosen_engine(anchors: AnchorsConfig) -> str:
    """Returns the engine that the anchors are trained by, one of those in the settings.

    Args:
        anchors: whose engine may be left to the device: a GPU trains many candidates at once.
    """
    if anchors.engine:
        return anchors.engine
    return "interpreted" if jax.default_backend() == "cpu" or anchors.train_eval_gap else "population"


class Engines:
    """Makes the trainings of candidates in the anchors."""

    def __init__(self, images: Images, anchors: AnchorsConfig) -> None:
        """Keeps what networks must fit.

        Args:
            images: to train on.
            anchors: the networks, and the engine to use.
        """
        self._images, self._anchors = images, anchors
        self._interpreter = lru_cache(None)(self._make_interpreter)

    def program(self, layer: Layer, network: str, recipe: Recipe) -> Program:
        """Returns the training of a layer in a network; one too large for the interpreter is compiled.

        Args:
            layer: any valid layer.
            network: a name in :data:`evaluators.norm_act_layers.networks.NETWORKS`.
            recipe: how to train.
        """
        if self._anchors.engine != "compiled":
            interpreter = self._interpreter(network, recipe)
            try:
                return interpreter(layer)
            except ValueError:
                pass
        return self.compiled(layer, network, recipe)

    def compiled(self, layer: Layer, network: str, recipe: Recipe) -> Program:
        """Returns the training of a layer in a network, compiled for it alone."""
        return anchor_program(layer, network, self._images, self._anchors, recipe)

    def _make_interpreter(self, network: str, recipe: Recipe) -> Interpreter:
        config = anchor_config(network, self._images, self._anchors)
        interpreter = make_interpreter(config, recipe)
        _warm_up(interpreter(ANY_LAYER), config)
        return interpreter


def _warm_up(program: Program, config: NetworkConfig) -> None:
    """Has everything compiled, so that the first candidate is not charged for it."""

    def batch(count: int) -> Batch:
        images = jnp.zeros((count, config.image_size, config.image_size, config.channels))
        return Batch(images, jnp.zeros(count, jnp.int32))

    training, _ = program.step(program.start(jax.random.key(0)), batch(program.recipe.batch_size), 0.0)
    program.logits(training, batch(SCORED_AT_ONCE).images).block_until_ready()
