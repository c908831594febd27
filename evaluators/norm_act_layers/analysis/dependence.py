"""What else an output depends on than the input at its own sample, place and channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluators.norm_act_layers.analysis.runs import Inputs, run
from primitives.moments import INDEX_SETS
from search_spaces.norm_act_layers.layer import TRAINABLE, Layer
from search_spaces.norm_act_layers.value_facts import value_facts

AXES = ("samples", "places", "channels")

_NUDGE, _MOVE = 10.0, 0.7
_NOTICEABLE = 1e-9


@dataclass(frozen=True, slots=True)
class Dependence:
    """What other values of the input are read, each in the order of :data:`AXES`.

    Attributes:
        training: other samples of the batch, other places, other channels (within groups: those of the group), by paths
            of the graph.
        inference: the same with running values instead of moments over the batch.
        measured: where one number of a random tensor made a difference in training, trained leaves moved.
    """

    training: tuple[str, ...]
    inference: tuple[str, ...]
    measured: tuple[str, ...]


def dependence(layer: Layer, inputs: Inputs) -> Dependence:
    """Returns what an output depends on.

    Args:
        layer: in canonical form.
        inputs: to measure it on.
    """
    return Dependence(_read(layer, training=True), _read(layer, training=False), _measured(layer, inputs))


def _read(layer: Layer, training: bool) -> tuple[str, ...]:
    known = value_facts(layer)
    read = set()
    for node in layer.nodes:
        if node.index_set and known[node.inputs[0]].depends_on_x:
            row = INDEX_SETS[node.index_set]
            if training or not row.batch:
                read |= {name for name, has in zip(AXES, (row.batch, row.space, row.channels), strict=True) if has}
    return tuple(name for name in AXES if name in read)


def _measured(layer: Layer, inputs: Inputs) -> tuple[str, ...]:
    leaves = tuple(leaf.value + _MOVE * (leaf.kind in TRAINABLE) for leaf in layer.leaves)
    with np.errstate(all="ignore"):
        before = run(layer, inputs, leaves)
        change = np.zeros(inputs.shape, bool)
        for nudge in (-_NUDGE, _NUDGE):
            nudged = inputs.copy()
            nudged[0, 0, 0] += nudge
            change |= np.abs(run(layer, nudged, leaves) - before) > _NOTICEABLE * np.abs(before)
    seen = (change[1:].any(), change[:, 1:].any(), change[:, :, 1:].any())
    return tuple(name for name, noticed in zip(AXES, seen, strict=True) if noticed)
