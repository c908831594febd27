"""Noise on exact answers: drawn by OpenDP from the operating system's randomness, its cost certified by OpenDP's maps.

The samplers are exact (arbitrary precision, no floating-point tails): Canonne, Kamath, Steinke, "The discrete Gaussian
for differential privacy", 2020, and the Gumbel sampler of OpenDP's noisy max.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.privacy.libraries import library

MOST_NOISE = 2.0**52
"""A larger standard deviation would push answers against the ends of int64."""


def gaussian_rho(sigma: float, sensitivity: float) -> float:
    """Returns what discrete Gaussian noise costs in zCDP, rounded up.

    Args:
        sigma: the noise's standard deviation.
        sensitivity: an upper bound on the L2 distance of the answers of two neighbours.

    Raises:
        ValueError: when either is not above 0 and finite, or sigma is beyond ``MOST_NOISE``.
    """
    return _cost(_gaussian(sigma), _sensitivity(sensitivity))


def add_gaussian(answers: NDArray[np.int64], sigma: float, sensitivity: float) -> tuple[NDArray[np.int64], float]:
    """Adds discrete Gaussian noise to each answer.

    Answers stay within int64: one that noise carries beyond its end is put at the end, which costs no privacy.

    Args:
        answers: whole numbers of shape ``(size,)``, size at least 1.
        sigma: the noise's standard deviation.
        sensitivity: an upper bound on the L2 distance of the answers of two neighbours.

    Returns:
        The noisy answers, int64 of shape ``(size,)``, and their cost in zCDP as OpenDP certifies it.

    Raises:
        ValueError: for other answers, or as :func:`gaussian_rho` does.
    """
    if answers.dtype.kind != "i" or answers.ndim != 1 or not answers.size:
        raise ValueError(
            "noise goes on whole numbers, signed and in one row, of which there is at least one, "
            f"not on {answers.dtype} of shape {answers.shape}"
        )
    mechanism = _gaussian(sigma)
    rho = _cost(mechanism, _sensitivity(sensitivity))
    return np.array(mechanism(answers.astype(np.int64)), dtype=np.int64), rho


def selection_rho(epsilon: float, sensitivity: float) -> float:
    """Returns what a selection costs in zCDP, rounded up: epsilon^2 / 8 (Rogers and Steinke, 2021).

    Args:
        epsilon: of the selection, an epsilon-differentially private one.
        sensitivity: an upper bound on how far one score differs between two neighbours.

    Raises:
        ValueError: when either is not above 0 and finite.
    """
    return _cost(_selector("f64", epsilon, _sensitivity(sensitivity)), float(sensitivity))


def select(scores: NDArray[Any], epsilon: float, sensitivity: float) -> tuple[int, float]:
    """Picks a high score by the exponential mechanism: the largest after Gumbel noise of scale 2 sensitivity / epsilon.

    Args:
        scores: whole numbers or floats of shape ``(candidates,)``. The sensitivity of floats must cover how their
            computation rounds; whole numbers need no such care.
        epsilon: of the selection.
        sensitivity: an upper bound on how far one score differs between two neighbours.

    Returns:
        The index of the selected score and the cost in zCDP as OpenDP certifies it.

    Raises:
        ValueError: for no scores, for scores that are not finite, or as :func:`selection_rho` does. No score is named.
    """
    if scores.dtype.kind not in "if" or scores.ndim != 1 or not scores.size:
        raise ValueError(
            "a selection takes signed whole numbers or floats in one row, of which there is at least one, "
            f"not {scores.dtype} of shape {scores.shape}"
        )
    if not np.isfinite(scores).all():
        raise ValueError("every score of a selection must be finite; leave out what must not be selected")
    # floats carry whole numbers exactly up to 2^53 only, and the sensitivity of whole numbers may be a fraction
    kind = "i64" if scores.dtype.kind == "i" else "f64"
    rho = selection_rho(epsilon, sensitivity)
    mechanism = _selector(kind, epsilon, sensitivity)
    return int(mechanism(scores.astype(np.int64 if kind == "i64" else np.float64))), rho


def _gaussian(sigma: float) -> Any:
    if not 0 < sigma <= MOST_NOISE:
        raise ValueError(f"the noise's sigma must be above 0 and at most {MOST_NOISE:.0f}, not {sigma!r}")
    domains, metrics = library("opendp.domains"), library("opendp.metrics")
    domain = domains.vector_domain(domains.atom_domain(T="i64"))
    return library("opendp.measurements").make_gaussian(domain, metrics.l2_distance(T="f64"), scale=float(sigma))


def _selector(kind: str, epsilon: float, sensitivity: float) -> Any:
    if not 0 < epsilon < math.inf:
        raise ValueError(f"the epsilon of a selection must be above 0 and finite, not {epsilon!r}")
    domains, metrics = library("opendp.domains"), library("opendp.metrics")
    atom = domains.atom_domain(T="i64") if kind == "i64" else domains.atom_domain(T="f64", nan=False)
    scale = 2 * sensitivity / epsilon
    if not 0 < scale < math.inf:
        raise ValueError(
            f"the epsilon of a selection of sensitivity {sensitivity!r} must be of a scale that doubles hold, "
            f"not {epsilon!r}"
        )
    return library("opendp.measurements").make_noisy_max(
        domains.vector_domain(atom),
        metrics.linf_distance(T=kind),
        library("opendp.measures").zero_concentrated_divergence(),
        scale=scale,
    )


def _sensitivity(sensitivity: float) -> float:
    if not 0 < sensitivity < math.inf:
        raise ValueError(
            f"the sensitivity must be above 0 and finite, not {sensitivity!r}; "
            "leave out what no row can change, it needs no noise"
        )
    return float(sensitivity)


def _cost(mechanism: Any, sensitivity: float) -> float:
    # a bound such as sqrt(2) may have been rounded down on its way into a double
    return float(mechanism.map(math.nextafter(sensitivity, math.inf)))
