"""Small data sets for tests."""

import numpy as np
import pytest

from evaluators.norm_act_layers.images import Images, Part


def part(count, size=4, channels=3, num_classes=2, seed=0):
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) % num_classes).astype(np.int32)
    return Part(rng.integers(0, 256, (count, size, size, channels), dtype=np.uint8), labels)


def noise(train=16, size=4, channels=3, num_classes=2):
    """Images of which nothing can be learned."""
    parts = [part(count, size, channels, num_classes, seed) for seed, count in enumerate((train, 6, 6, 6))]
    return Images(*parts, tuple("abcdefghij"[:num_classes]))


def digits():
    """The digits of scikit-learn: 1,080 to train on, 179 to search, 179 to validate and 359 to test on."""
    pytest.importorskip("sklearn", reason="needs scikit-learn")
    from runs.images import read_images

    return read_images("digits")
