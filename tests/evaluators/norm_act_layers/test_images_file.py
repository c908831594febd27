import numpy as np
import pytest

from evaluators.norm_act_layers.images_file import load_images, write_images
from tests.evaluators.norm_act_layers.small_images import noise


def _written(folder):
    path = folder / "images.npz"
    write_images(noise(train=20, num_classes=3), path)
    return path


def test_images_are_read_back_as_they_were_written(tmp_path):
    images, again = noise(train=20, num_classes=3), load_images(_written(tmp_path))
    assert again.names == images.names
    for name, part in images.parts.items():
        np.testing.assert_array_equal(again.parts[name].pixels, part.pixels)
        np.testing.assert_array_equal(again.parts[name].labels, part.labels)
    assert [path.name for path in tmp_path.iterdir()] == ["images.npz"]


def _cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip(path):
    data = bytearray(path.read_bytes())
    data[300:400] = bytes(100)
    path.write_bytes(bytes(data))


def _pickled(path):
    np.savez(path, format=np.array({}, object))


def _changed(**arrays):
    def change(path):
        with np.load(path) as archive:
            np.savez(path, **{**archive, **arrays})

    return change


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.unlink(), "missing"),
        (_cut, "damaged"),
        (_flip, "damaged"),
        (lambda path: np.savez(path, x=np.zeros(3)), "damaged"),
        (_pickled, "cannot be loaded"),
        (_changed(format=2), "is of format 2, this version of Primordia reads 1"),
        (_changed(test_labels=np.full(6, 7)), "image 0 of test has 7"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line(tmp_path, damage, message):
    path = _written(tmp_path)
    damage(path)
    with pytest.raises(ValueError, match=message) as caught:
        load_images(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert "restore the file, or start a new search" in str(caught.value)
