"""Sources of images for tests."""

import os
from pathlib import Path

import numpy as np

DATA = Path(os.environ.get("PRIMORDIA_DATA", "../shared/data"))


def labelled(count=40, size=4, channels=3, num_classes=4, seed=0):
    """Arrays of random images and labels in turn."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, size, size, channels), dtype=np.uint8), np.arange(count) % num_classes


def save(folder, **arrays):
    """Writes an .npz file and returns its path."""
    path = folder / "images.npz"
    np.savez(path, **arrays)
    return path
