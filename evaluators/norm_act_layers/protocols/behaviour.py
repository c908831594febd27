"""The fingerprint of a layer's behaviour, equal for layers that compute the same whatever their graphs."""

from __future__ import annotations

import hashlib

import numpy as np

from evaluators.norm_act_layers.protocols.averages import mean
from evaluators.norm_act_layers.protocols.specimen import MOVED, Specimen
from search_spaces.norm_act_layers.canonical_form import fingerprint

_RESOLUTION = 1e-3
"""Steps to which projections of outputs of unit variance are rounded.

Rounding errors of single precision are a thousandth of it, so that equal layers get different fingerprints about once
in a hundred.
"""


def behaviour(specimen: Specimen) -> int:
    """Returns a 63-bit hash of the outputs with moved leaves, up to gamma and beta where the layer has these.

    Each channel of an affine layer is reduced to mean 0 and variance 1 over both probes at once, so that a factor that
    depends on the batch is not mistaken for gamma. Layers that differ only in their sign are the same, as the weights
    that come next have a symmetric distribution. Where the outputs are not finite the hash is that of the graph.
    """
    y = specimen.output[MOVED]
    if not np.isfinite(y).all():
        return fingerprint(specimen.graph)
    if specimen.layer.affine:
        y = y - mean(y, (0, 1, 2))
        variance = mean(y * y, (0, 1, 2))
        y = y / np.sqrt(np.where(variance > 0, variance, 1.0))
        size = 0.0
    else:
        size = float(np.sqrt((y * y).mean()))
        y = y / size
    projections = specimen.probes.directions @ y.reshape(-1)
    if specimen.layer.affine:
        projections *= np.sign(projections[np.abs(projections).argmax()])
    rounded = np.rint(np.append(projections, np.log1p(size)) / _RESOLUTION).astype(np.int64)
    return int.from_bytes(hashlib.blake2b(rounded.tobytes(), digest_size=8).digest(), "big") >> 1
