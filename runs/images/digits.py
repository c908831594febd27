"""The 1,797 handwritten digits of 8x8 pixels that scikit-learn brings along."""

from __future__ import annotations

import numpy as np

from runs.images.extra import require
from runs.images.raw import Labelled, Raw

_WHITE = 16
"""The greatest value of their pixels."""


def read_digits() -> Raw:
    """Returns the digits.

    Raises:
        ValueError: when scikit-learn is not installed.
    """
    data = require("sklearn.datasets", "scikit-learn").load_digits()
    pixels = np.rint(data.images * (255 / _WHITE)).astype(np.uint8)[..., None]
    return Raw({"train": Labelled(pixels, data.target)}, tuple(map(str, data.target_names)))
