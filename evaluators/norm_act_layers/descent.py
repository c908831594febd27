"""Stochastic gradient descent on the parameters of a network, held as a few vectors."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp

from evaluators.norm_act_layers.batches import Batch
from evaluators.norm_act_layers.networks import Network, Tree
from evaluators.norm_act_layers.packing import Packing
from evaluators.norm_act_layers.recipe import Recipe


class Training(NamedTuple):
    """What a step leaves to the next, as vectors; a pytree.

    Attributes:
        decayed: the kernels and matrices, which weight decay applies to.
        free: all other parameters, those of the layer at its places among them.
        decayed_velocity: of the former.
        free_velocity: of the latter.
        state: running values of the layer at its places.
    """

    decayed: jax.Array
    free: jax.Array
    decayed_velocity: jax.Array
    free_velocity: jax.Array
    state: jax.Array


class Layout(NamedTuple):
    """How the parameters and the running values of a network lie in the vectors of its training."""

    decayed: Packing
    free: Packing
    state: Packing

    @classmethod
    def of(cls, parameters: Tree, state: Tree) -> Layout:
        """Returns the layout of a network, given what its ``init`` returned."""
        decayed, free = map(Packing.of, _split(parameters))
        return cls(decayed, free, Packing.of(state))

    def start(self, parameters: Tree, state: Tree) -> Training:
        """Returns a training that has not begun."""
        decayed, free = (packing.pack(tree) for packing, tree in zip(self[:2], _split(parameters), strict=True))
        return Training(decayed, free, jnp.zeros_like(decayed), jnp.zeros_like(free), self.state.pack(state))

    def parameters(self, decayed: jax.Array, free: jax.Array) -> Tree:
        """Returns the parameters of a network as its ``forward`` takes them."""
        kernels, others = self.decayed.unpack(decayed), self.free.unpack(free)
        return {"weights": {**kernels, **others["weights"]}, "layers": others["layers"]}

    def model(self, training: Training) -> tuple[Tree, Tree]:
        """Returns parameters and running values as a network's ``forward`` takes them."""
        return self.parameters(training.decayed, training.free), self.state.unpack(training.state)


def update(
    network: Network, layout: Layout, recipe: Recipe, training: Training, batch: Batch, rate: jax.Array | float
) -> tuple[Training, jax.Array]:
    """Makes one step of gradient descent; pure, for ``jit`` and for ``vmap`` over trainings.

    Args:
        network: with its layer.
        layout: of the network.
        recipe: momentum and weight decay.
        training: before the step.
        batch: to learn from.
        rate: the learning rate.

    Returns:
        the training after the step, and the mean cross entropy before it.
    """

    def loss(decayed: jax.Array, free: jax.Array) -> tuple[jax.Array, jax.Array]:
        state = layout.state.unpack(training.state)
        logits, state = network.forward(layout.parameters(decayed, free), state, batch.images, True)
        return cross_entropy(logits, batch.labels), layout.state.pack(state)

    gradient = jax.value_and_grad(loss, (0, 1), has_aux=True)
    (value, state), (decayed_slope, free_slope) = gradient(training.decayed, training.free)
    decayed_slope = decayed_slope + recipe.weight_decay * training.decayed
    decayed, decayed_velocity = _descend(training.decayed, training.decayed_velocity, decayed_slope, recipe, rate)
    free, free_velocity = _descend(training.free, training.free_velocity, free_slope, recipe, rate)
    return Training(decayed, free, decayed_velocity, free_velocity, state), value


def cross_entropy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    """Returns the mean of -ln of the probability of the right class.

    Args:
        logits: of shape (batch, num_classes).
        labels: of shape (batch,).
    """
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean()


def _split(parameters: Tree) -> tuple[Tree, Tree]:
    """Returns what weight decay applies to, and the rest."""
    weights = parameters["weights"]
    kernels = {name: weight for name, weight in weights.items() if weight.ndim > 1}
    others = {name: weight for name, weight in weights.items() if weight.ndim <= 1}
    return kernels, {"weights": others, "layers": parameters["layers"]}


def _descend(
    values: jax.Array, velocity: jax.Array, slope: jax.Array, recipe: Recipe, rate: jax.Array | float
) -> tuple[jax.Array, jax.Array]:
    """Takes Nesterov's step in the form of Sutskever et al. 2013; returns new values and velocity."""
    velocity = recipe.momentum * velocity + slope
    return values - rate * (slope + recipe.momentum * velocity), velocity
