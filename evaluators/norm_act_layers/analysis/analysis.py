"""The analysis of a layer, all parts of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluators.norm_act_layers.analysis.ablation import Ablation, ablations
from evaluators.norm_act_layers.analysis.asymptotes import Asymptote, asymptote
from evaluators.norm_act_layers.analysis.cost import Cost, cost
from evaluators.norm_act_layers.analysis.dependence import Dependence, dependence
from evaluators.norm_act_layers.analysis.initialization import Initialization, initialization
from evaluators.norm_act_layers.analysis.pointwise import Pointwise, pointwise
from evaluators.norm_act_layers.analysis.runs import random_tensor
from evaluators.norm_act_layers.analysis.scale_response import ScaleResponse, scale_response
from evaluators.norm_act_layers.analysis.shift_response import ShiftResponse, shift_response
from evaluators.norm_act_layers.analysis.slopes import Slopes, slopes
from evaluators.norm_act_layers.analysis.special_points import NOT_DIFFERENTIABLE, SINGULAR, Kind, Point, special_points
from evaluators.norm_act_layers.analysis.symbolic import Symbolic, symbolic
from search_spaces.norm_act_layers.canonical_form import canonical
from search_spaces.norm_act_layers.layer import Layer, validate

_SAMPLES, _PLACES, _CHANNELS = 6, 9, 64
_SIZE = 4.0
"""Deviation of the random tensor; the epsilon of moments is nothing beside it."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of a layer with its trained leaves at their initial values, unless a part says otherwise.

    Attributes:
        layer: in canonical form.
        symbolic: the formula of its pointwise part.
        pointwise: the pointwise part and the values of the moments.
        asymptotes: for x to minus infinity and to infinity.
        points: the zeros, extremes, kinks and singularities of the pointwise part.
        slopes: the derivative of the pointwise part.
        scale: the response to the scale of the input.
        shift: the response to what is added to the input.
        dependence: what else an output depends on.
        initialization: of weights before and behind the layer.
        cost: of the forward pass.
        ablations: what the deletion of each node does before training.
    """

    layer: Layer
    symbolic: Symbolic
    pointwise: Pointwise
    asymptotes: tuple[Asymptote, Asymptote]
    points: tuple[Point, ...]
    slopes: Slopes
    scale: ScaleResponse
    shift: ShiftResponse
    dependence: Dependence
    initialization: Initialization
    cost: Cost
    ablations: tuple[Ablation, ...]


def analyse(layer: Layer, *, num_channels: int = _CHANNELS, seed: int = 0) -> Analysis:
    """Analyses a layer; equal arguments give equal results.

    Args:
        layer: any valid layer.
        num_channels: of the random tensors on which gains are measured; at most 64 are taken.
        seed: of the random tensors.

    Raises:
        ValueError: when the layer is not valid, or the number of channels is not positive.
    """
    if num_channels < 1:
        raise ValueError(f"num_channels must be at least 1, not {num_channels}")
    layer = canonical(validate(layer))
    # Layers divide by 0 and overflow as they please: that is found out, not warned of.
    with np.errstate(all="ignore"):
        return _analysed(layer, num_channels, seed)


def _analysed(layer: Layer, num_channels: int, seed: int) -> Analysis:
    part = pointwise(layer)
    points = special_points(part)
    unbounded = any(point.kind in SINGULAR or point.kind is Kind.CUSP for point in points)
    far = (asymptote(part, -1), asymptote(part, 1))
    derivative = slopes(part, singular=unbounded, superlinear=any(side.power > 1 for side in far))
    breaks = tuple(point.x for point in points if point.kind in SINGULAR | NOT_DIFFERENTIABLE)
    inputs = _SIZE * random_tensor(np.random.default_rng(seed), _SAMPLES, _PLACES, _CHANNELS)
    scale = scale_response(layer, inputs)
    return Analysis(
        layer=layer,
        symbolic=symbolic(layer),
        pointwise=part,
        asymptotes=far,
        points=points,
        slopes=derivative,
        scale=scale,
        shift=shift_response(layer, inputs),
        dependence=dependence(layer, inputs),
        initialization=initialization(part, derivative.at_0.value, breaks, scale.invariant, num_channels, seed),
        cost=cost(layer),
        ablations=ablations(layer),
    )
