"""The inputs at which functions are timed: where they are used and every library is on its fast path, no specials."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "exp2": (-100.0, 100.0),
        "exp": (-80.0, 80.0),
        "sin": (-100.0, 100.0),
        "cos": (-100.0, 100.0),
        "tanh": (-8.0, 8.0),
        "erf": (-4.0, 4.0),
        "sigmoid": (-16.0, 16.0),
        "gelu": (-8.0, 8.0),
        "expm1": (-16.0, 16.0),
        "log1p": (-0.9, 100.0),
    }
)
"""Ends between which the inputs are spread evenly."""

LOGARITHMIC = ("log2", "log")
"""Functions whose inputs are spread evenly by their logarithm, over the positive normal numbers."""


def timing_inputs(function: str, num_elements: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Returns inputs in a random order.

    Args:
        function: whose inputs they are; others than the known ones get numbers around 1.
        num_elements: how many.
        dtype: float32, float16 or bfloat16.
    """
    rng = np.random.default_rng(0)
    if function in LOGARITHMIC:
        exponent = 10.0 if dtype == np.float16 else 100.0
        return np.exp2(rng.uniform(-exponent, exponent, num_elements)).astype(dtype)
    return rng.uniform(*RANGES.get(function, (0.5, 2.0)), num_elements).astype(dtype)
