"""What a layer means for the initial weights of the layers before and behind it.

References:
    Kumar, On weight initialization in deep neural networks, 2017, arXiv 1704.08863: the variance of weights is
    1 / (N g'(0)^2 (1 + g(0)^2)) where g is differentiable at 0, and 2 / N for ReLU.
    He et al., Delving deep into rectifiers, 2015, arXiv 1502.01852: forward and backward gains.
    Van Laarhoven, L2 regularization versus batch and weight normalization, 2017, arXiv 1706.05350, and Hoffer et al.,
    Norm matters, 2018, arXiv 1803.01814: where the scale of weights does not matter but for the learning rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.analysis.gaussian import expectation
from evaluators.norm_act_layers.analysis.known import EXACT, NUMERIC, UNKNOWN, Known
from evaluators.norm_act_layers.analysis.pointwise import Pointwise
from evaluators.norm_act_layers.analysis.variance_map import VarianceMap, variance_map
from evaluators.norm_act_layers.protocols.adjoints import adjoints
from evaluators.norm_act_layers.protocols.probe import make_probe, trace
from search_spaces.norm_act_layers.layer import Layer, X

_TENSORS, _SAMPLES, _PLACES, _MOST_CHANNELS = 8, 8, 36, 64

KUMAR, FORWARD, INVARIANT, NONE = "kumar", "forward", "scale-invariant", "none"


@dataclass(frozen=True, slots=True)
class Initialization:
    """Variances of weights, times the number N of inputs of a unit, that keep things as they are.

    Attributes:
        rule: ``scale-invariant`` where any will do for the forward pass; ``kumar`` where a layer without moments
            is differentiable at 0 and its slope there is not 0; ``forward`` for the forward gain; ``none`` where none
            of these exists.
        variance: by that rule; NaN under ``scale-invariant`` and ``none``.
        kumar: 1 / (g'(0)^2 (1 + g(0)^2)), NaN where there is none.
        forward: 1 / E[g^2], which keeps the mean square, for standard normal inputs in large tensors.
        backward: 1 / E[g'^2], which keeps the mean square of gradients, moments held fixed.
        measured_forward: the former on tensors of 8 samples and 36 places, moments and all; none without moments.
        measured_backward: the latter on the same, through the moments; none without moments.
        variance_map: of repeated layers; None with moments.
    """

    rule: str
    variance: float
    kumar: Known
    forward: Known
    backward: Known
    measured_forward: Known
    measured_backward: Known
    variance_map: VarianceMap | None


def initialization(
    layer: Pointwise, at_0: float, breaks: tuple[float, ...], invariant: bool, num_channels: int, seed: int
) -> Initialization:
    """Returns what there is to know of initial weights.

    Args:
        layer: any.
        at_0: the derivative at 0, NaN where there is none.
        breaks: where the layer or its derivative jumps.
        invariant: whether the scale of the input does not matter.
        num_channels: of the random tensors; at most 64 are taken.
        seed: of the random tensors.
    """
    forward = _inverse(expectation(lambda z: layer.value(z) ** 2, breaks)) if layer.defined else math.nan
    backward = _inverse(expectation(lambda z: layer.jet(z).first ** 2, breaks)) if layer.defined else math.nan
    offset = float(layer.value(np.zeros(1))[0]) if layer.defined else math.nan
    kumar = _inverse(at_0 * at_0 * (1 + offset * offset))
    if invariant:
        rule, variance = INVARIANT, math.nan
    elif math.isfinite(kumar) and not layer.moments:
        rule, variance = KUMAR, kumar
    else:
        rule, variance = (FORWARD, forward) if math.isfinite(forward) else (NONE, math.nan)
    measured = (UNKNOWN, UNKNOWN)
    if layer.moments:
        measured = _measured(layer.layer, min(num_channels, _MOST_CHANNELS), seed)
    return Initialization(
        rule,
        variance,
        Known(kumar, EXACT),
        Known(forward, NUMERIC),
        Known(backward, NUMERIC),
        *measured,
        None if layer.moments else variance_map(layer),
    )


def _inverse(value: float) -> float:
    return 1 / value if value and math.isfinite(value) else math.nan


def _measured(layer: Layer, num_channels: int, seed: int) -> tuple[Known, Known]:
    """Measures both gains on random tensors; the standard errors are those between tensors."""
    rng = np.random.default_rng(seed)
    shape = (_TENSORS, _SAMPLES, _PLACES, num_channels)
    with np.errstate(all="ignore"):
        values = trace(layer, make_probe(rng.standard_normal(shape), np.zeros(_TENSORS)))
        of_output = rng.standard_normal(shape)
        output = np.broadcast_to(values[len(layer.nodes)], shape)
        forward = (output**2).mean((1, 2, 3))
        found = adjoints(layer, values, of_output)
        of_x = np.broadcast_to(found.get(X, np.zeros(1)), shape)
        backward = (of_x**2).mean((1, 2, 3)) / (of_output**2).mean((1, 2, 3))
    return _gain(forward), _gain(backward)


def _gain(squares: NDArray[np.float64]) -> Known:
    mean = float(squares.mean())
    if not mean or not math.isfinite(mean):
        return UNKNOWN
    error = float(squares.std(ddof=1)) / math.sqrt(len(squares))
    return Known(1 / mean, NUMERIC, error / mean / mean)
