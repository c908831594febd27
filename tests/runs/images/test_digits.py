import numpy as np
import pytest

from runs.images.digits import read_digits


def test_the_digits_are_scikit_learns_scaled_to_bytes():
    datasets = pytest.importorskip("sklearn.datasets", reason="needs scikit-learn")
    raw = read_digits()
    pixels, labels = raw.sets["train"]
    assert pixels.shape == (1797, 8, 8, 1)
    np.testing.assert_allclose(pixels[..., 0] / 255, datasets.load_digits().images / 16, atol=0.5 / 255)
    np.testing.assert_array_equal(labels, datasets.load_digits().target)
    assert raw.names == tuple("0123456789")
