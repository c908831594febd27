"""What each node is good for: the layers that are left when it is deleted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from evaluators.norm_act_layers.protocols.averages import Values, mean
from evaluators.norm_act_layers.protocols.gain import GAIN
from evaluators.norm_act_layers.protocols.gradient import GRADIENT
from evaluators.norm_act_layers.protocols.specimen import INITIAL, Specimen, make_probes
from evaluators.norm_act_layers.protocols.training_free import TrainingFree
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.layer import Layer, Leaf, Node, Reference, X, live_references, reference_text


@dataclass(frozen=True, slots=True)
class Ablated:
    """A layer without one of its nodes.

    Attributes:
        label: the node of the canonical form and what took its place: ``n2 std[bwh] -> 1``.
        layer: what is left, in canonical form.
    """

    label: str
    layer: Layer


@dataclass(frozen=True, slots=True)
class Ablation:
    """What the deletion of a node does before any training.

    Attributes:
        ablated: the layer without the node.
        change: share of the output's variance within channels that the other layer's output does not explain, up to a
            factor and an offset per channel; NaN where outputs are not finite or do not vary.
        gain: the figure of the training-free protocol of that name.
        gradient: the figure of the training-free protocol of that name.
        protocol: the training-free protocol that turns the layer away, empty where all let it pass.
    """

    ablated: Ablated
    change: float
    gain: float
    gradient: float
    protocol: str


def ablated_layers(layer: Layer) -> tuple[Ablated, ...]:
    """Returns the layers without one node each, no two the same.

    An operation is replaced by each of its operands, a mean by its operand and by 0, another moment by 1. What no
    longer depends on x is left out.

    Args:
        layer: any valid layer.
    """
    layer = canonical(layer)
    found = {layer: ""}
    for reference, node in enumerate(layer.nodes, 1):
        name = f"n{reference} {node.op}" + (f"[{node.index_set}]" if node.index_set else "")
        for other, text in _replacements(layer, reference):
            left = canonical(other)
            if X in live_references(left):
                found.setdefault(left, f"{name} -> {text}")
    return tuple(Ablated(label, left) for left, label in found.items() if label)


def ablations(layer: Layer) -> tuple[Ablation, ...]:
    """Returns what each deletion does before training."""
    probes = make_probes()
    protocols = TrainingFree()
    whole = Specimen(layer, probes)
    found = []
    for ablated in ablated_layers(layer):
        part = Specimen(ablated.layer, probes)
        with np.errstate(all="ignore"):
            change = _change(whole.output[INITIAL], part.output[INITIAL])
            gain, gradient = GAIN.figure(part), GRADIENT.figure(part)
        (screened,) = protocols.screen([ablated.layer]).candidates
        found.append(Ablation(ablated, change, gain, gradient, screened.protocol))
    return tuple(found)


def _replacements(layer: Layer, reference: Reference) -> Iterator[tuple[Layer, str]]:
    node = layer.nodes[reference - 1]
    if not node.index_set or node.op == "mean":
        for source in dict.fromkeys(node.inputs):
            yield _without(layer, reference, source), reference_text(source)
    if node.index_set:
        value = 0.0 if node.op == "mean" else 1.0
        wider = replace(layer, leaves=(*layer.leaves, Leaf("constant", value)))
        yield _without(wider, reference, -len(wider.leaves)), f"{value:g}"


def _without(layer: Layer, reference: Reference, source: Reference) -> Layer:
    """Puts an earlier value in the place of a node."""
    if reference == len(layer.nodes):
        if source > 0:
            return replace(layer, nodes=layer.nodes[:source])
        # A layer has a node at least; this one does nothing.
        wider = (*layer.leaves, Leaf("constant", 1.0))
        return replace(layer, nodes=(Node("mul", (source, -len(wider))),), leaves=wider)
    nodes = (n._replace(inputs=tuple(source if r == reference else r for r in n.inputs)) for n in layer.nodes)
    return replace(layer, nodes=tuple(nodes))


def _change(whole: Values, part: Values) -> float:
    whole, part = whole - mean(whole, (1, 2)), part - mean(part, (1, 2))
    variance = mean(whole * whole, (0, 1, 2, 3)).item()
    if not (np.isfinite(part).all() and 0 < variance < math.inf):
        return math.nan
    square = mean(part * part, (1, 2))
    slope = mean(whole * part, (1, 2)) / np.where(square > 0, square, 1.0)
    residual = whole - slope * part
    return float(mean(residual * residual, (0, 1, 2, 3)).item() / variance)
