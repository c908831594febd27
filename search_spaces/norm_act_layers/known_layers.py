"""Every known layer as a graph: normalizations, activations, both in a row, and layers found by search.

A normalization is followed by gamma and beta. Where an activation comes behind it they stand between the two, as
leaves of the graph. All roots have the same epsilon, 1e-5; FRN's paper has 1e-6.

Of "token" layers the moments are over the channels at each place, of the others with the same name over all of an
image.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from search_spaces.norm_act_layers.builder import Builder
from search_spaces.norm_act_layers.layer import Layer, Reference

_Step: TypeAlias = Callable[[Builder, Reference], Reference]
"""Adds the nodes of a function of a value."""

_PAU_NUMERATOR = (0.02979246, 0.61837738, 2.32335207, 3.05202660, 1.48548002, 0.25103717)
_PAU_DENOMINATOR = (1.14201226, 4.39322834, 0.87154450, 0.34720652)


def _centred(index_set: str, graph: Builder, x: Reference) -> Reference:
    centre = graph.op("sub", x, graph.moment("mean", index_set, x))
    return graph.op("div", centre, graph.moment("std", index_set, x))


def _uncentred(index_set: str, graph: Builder, x: Reference) -> Reference:
    return graph.op("div", x, graph.moment("rms", index_set, x))


def _affine(graph: Builder, x: Reference) -> Reference:
    scaled = graph.op("mul", x, graph.leaf("vector", 1.0))
    return graph.op("add", scaled, graph.leaf("vector", 0.0))


def _relu(graph: Builder, x: Reference) -> Reference:
    return graph.op("max", x, graph.constant(0.0))


def _silu(graph: Builder, x: Reference) -> Reference:
    """Swish with beta 1 (Ramachandran, Zoph, Le 2017, arXiv 1710.05941)."""
    return graph.op("mul", x, graph.op("sigmoid", x))


def _gelu(graph: Builder, x: Reference) -> Reference:
    """In its exact form (Hendrycks, Gimpel 2016, arXiv 1606.08415)."""
    erf = graph.op("erf", graph.op("mul", x, graph.constant(math.sqrt(0.5))))
    half = graph.op("mul", x, graph.constant(0.5))
    return graph.op("mul", half, graph.op("add", erf, graph.constant(1.0)))


def _mish(graph: Builder, x: Reference) -> Reference:
    """Misra 2019, arXiv 1908.08681."""
    return graph.op("mul", x, graph.op("tanh", graph.op("softplus", x)))


def _gaussian(graph: Builder, x: Reference) -> Reference:
    """Adds exp(-x^2 / 2)."""
    return graph.op("exp", graph.op("mul", graph.op("square", x), graph.constant(-0.5)))


def _crrelu(graph: Builder, x: Reference) -> Reference:
    """ReLU plus its entropy's correction, whose factor is learned from 0.01."""
    bump = graph.op("mul", x, _gaussian(graph, x))
    return graph.op("add", _relu(graph, x), graph.op("mul", bump, graph.leaf("scalar", 0.01)))


def _ash(graph: Builder, x: Reference) -> Reference:
    """Swish above a threshold, x * sigmoid(a * (x - mu - z * sigma)); learned from a = 1 and z = 0, which we chose."""
    spread = graph.op("mul", graph.moment("std", "whc", x), graph.leaf("scalar", 0.0))
    threshold = graph.op("add", graph.moment("mean", "whc", x), spread)
    gate = graph.op("mul", graph.op("sub", x, threshold), graph.leaf("scalar", 1.0))
    return graph.op("mul", x, graph.op("sigmoid", gate))


def _sau(graph: Builder, x: Reference) -> Reference:
    """Leaky ReLU of slope a, smoothed by a Gaussian of width 1/b; learned from a = 0.25 and b = 1, which we chose.

    (1 - a) / (b sqrt(2 pi)) exp(-b^2 x^2 / 2) + (1 + a) x / 2 + (1 - a) x / 2 erf(b x / sqrt(2)).
    """
    a, b = graph.leaf("scalar", 0.25), graph.leaf("scalar", 1.0)
    one, half = graph.constant(1.0), graph.op("mul", x, graph.constant(0.5))
    wide = graph.op("mul", x, b)
    height = graph.op("div", graph.constant(1 / math.sqrt(2 * math.pi)), b)
    bump = graph.op("mul", height, _gaussian(graph, wide))
    erf = graph.op("erf", graph.op("mul", wide, graph.constant(math.sqrt(0.5))))
    bent = graph.op("mul", graph.op("sub", one, a), graph.op("add", bump, graph.op("mul", half, erf)))
    return graph.op("add", bent, graph.op("mul", graph.op("add", one, a), half))


def _pau(graph: Builder, x: Reference) -> Reference:
    """Rational of degrees 5 and 4 (Molina, Schramowski, Kersting 2020, arXiv 1907.06732), learned from leaky ReLU 0.01.

    (a0 + a1 x + ... + a5 x^5) / (1 + |b1 x| + ... + |b4 x^4|), as in the authors' code; the paper has the absolute
    value of the sum, but the coefficients of its table 6 approximate leaky ReLU with the sum of absolute values only.
    """
    powers = [x, graph.op("square", x)]
    powers.append(graph.op("mul", powers[1], x))
    powers.append(graph.op("square", powers[1]))
    powers.append(graph.op("mul", powers[3], x))
    numerator = graph.leaf("scalar", _PAU_NUMERATOR[0])
    for coefficient, power in zip(_PAU_NUMERATOR[1:], powers, strict=True):
        numerator = graph.op("add", numerator, graph.op("mul", power, graph.leaf("scalar", coefficient)))
    denominator = graph.constant(1.0)
    for coefficient, power in zip(_PAU_DENOMINATOR, powers[:4], strict=True):
        term = graph.op("abs", graph.op("mul", power, graph.leaf("scalar", coefficient)))
        denominator = graph.op("add", denominator, term)
    return graph.op("div", numerator, denominator)


def _evonorm_b0(graph: Builder, x: Reference) -> Reference:
    gate = graph.op("add", graph.op("mul", x, graph.leaf("vector", 1.0)), graph.moment("std", "wh", x))
    return graph.op("div", x, graph.op("max", graph.moment("std", "bwh", x), gate))


def _evonorm_b1(graph: Builder, x: Reference) -> Reference:
    gate = graph.op("mul", graph.op("add", x, graph.constant(1.0)), graph.moment("rms", "wh", x))
    return graph.op("div", x, graph.op("max", graph.moment("std", "bwh", x), gate))


def _evonorm_b2(graph: Builder, x: Reference) -> Reference:
    gate = graph.op("sub", graph.moment("rms", "wh", x), x)
    return graph.op("div", x, graph.op("max", graph.moment("std", "bwh", x), gate))


def _evonorm_s0(graph: Builder, x: Reference) -> Reference:
    gate = graph.op("sigmoid", graph.op("mul", x, graph.leaf("vector", 1.0)))
    return graph.op("div", graph.op("mul", x, gate), graph.moment("std", "whc/g", x))


def _evonorm_s(moment: str, graph: Builder, x: Reference) -> Reference:
    return graph.op("div", _silu(graph, x), graph.moment(moment, "whc/g", x))


def _threshold(graph: Builder, x: Reference) -> Reference:
    """The thresholded linear unit of FRN (Singh, Krishnan 2020, arXiv 1911.09737)."""
    return graph.op("max", x, graph.leaf("vector", 0.0))


def _written(*steps: _Step, affine: bool = False) -> Layer:
    graph = Builder()
    value = graph.x
    for step in steps:
        value = step(graph, value)
    return graph.layer(affine)


_BATCH, _IMAGE, _INSTANCE, _GROUP, _TOKEN = (partial(_centred, name) for name in ("bwh", "whc", "wh", "whc/g", "c"))

KNOWN_LAYERS = MappingProxyType(
    {
        "batch_norm": _written(_BATCH, affine=True),
        "layer_norm": _written(_IMAGE, affine=True),
        "layer_norm_tokens": _written(_TOKEN, affine=True),
        "instance_norm": _written(_INSTANCE, affine=True),
        "group_norm": _written(_GROUP, affine=True),
        "rms_norm": _written(partial(_uncentred, "c"), affine=True),
        "relu": _written(_relu),
        "silu": _written(_silu),
        "gelu": _written(_gelu),
        "mish": _written(_mish),
        "crrelu": _written(_crrelu),
        "ash": _written(_ash),
        "sau": _written(_sau),
        "pau": _written(_pau),
        "bn_relu": _written(_BATCH, _affine, _relu),
        "bn_silu": _written(_BATCH, _affine, _silu),
        "gn_relu": _written(_GROUP, _affine, _relu),
        "ln_gelu": _written(_IMAGE, _affine, _gelu),
        "ln_gelu_tokens": _written(_TOKEN, _affine, _gelu),
        "frn_tlu": _written(partial(_uncentred, "wh"), _affine, _threshold),
        "evonorm_b0": _written(_evonorm_b0, affine=True),
        "evonorm_b1": _written(_evonorm_b1, affine=True),
        "evonorm_b2": _written(_evonorm_b2, affine=True),
        "evonorm_s0": _written(_evonorm_s0, affine=True),
        "evonorm_s1": _written(partial(_evonorm_s, "std"), affine=True),
        "evonorm_s2": _written(partial(_evonorm_s, "rms"), affine=True),
    }
)
"""Every known layer by its name."""
