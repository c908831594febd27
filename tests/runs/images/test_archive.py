import numpy as np
import pytest

from runs.images.archive import read_archive
from tests.runs.images.sources import DATA, labelled, save

PIXELS, LABELS = labelled(8)


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("x_train", "y_train"),
        ("X_train", "y_train"),
        ("train_images", "train_labels"),
        ("images", "labels"),
        ("X", "y"),
        ("data", "target"),
        ("arr_0", "arr_1"),
    ],
)
def test_the_usual_names_are_known(tmp_path, images, labels):
    raw = read_archive(save(tmp_path, **{images: PIXELS, labels: LABELS}))
    assert list(raw.sets) == ["train"]
    np.testing.assert_array_equal(raw.sets["train"].pixels, PIXELS)
    np.testing.assert_array_equal(raw.sets["train"].labels, LABELS)
    assert raw.names == ("0", "1", "2", "3")


def test_a_file_may_set_images_aside_and_name_its_classes(tmp_path):
    arrays = {
        f"{name}_{what}": array[start : start + 2]
        for name, start in (("train", 0), ("val", 2), ("test", 4))
        for what, array in (("images", PIXELS), ("labels", LABELS[:, None]))
    }
    raw = read_archive(save(tmp_path, **arrays, classes=np.array(["ant", "bee", "cat", "dog"])))
    assert list(raw.sets) == ["train", "validation", "test"]
    assert raw.sets["validation"].labels.tolist() == [2, 3]
    assert raw.names == ("ant", "bee", "cat", "dog")


def test_a_file_without_known_names_is_refused_with_those_it_has(tmp_path):
    path = save(tmp_path, pictures=PIXELS, labels=LABELS)
    with pytest.raises(
        ValueError, match="has the arrays pictures, labels; name them x_train and y_train or images and l"
    ):
        read_archive(path)


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="has the arrays none; name them"):
        read_archive(save(tmp_path))


def test_images_of_mixed_sizes_are_refused_without_unpickling_them(tmp_path):
    mixed = np.empty(2, object)
    mixed[:] = [np.zeros((2, 2)), np.zeros((3, 3))]
    with pytest.raises(
        ValueError, match="holds Python objects, such as images of mixed sizes; make all images one size"
    ):
        read_archive(save(tmp_path, x_train=mixed, y_train=np.array([0, 1])))


@pytest.mark.parametrize("labels", [[0, 1, 2, 3 * 10**9], [0, 5, 1, 5]])
def test_more_classes_than_training_images_are_refused_before_they_are_named(tmp_path, labels):
    with pytest.raises(ValueError, match=rf"a label {max(labels)} but 4 training images; number the classes from 0 w"):
        read_archive(save(tmp_path, images=PIXELS[:4], labels=np.array(labels)))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no archive at all"])
def test_a_damaged_file_is_refused(tmp_path, content):
    path = tmp_path / "images.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged or no .npz file|holds Python objects") as caught:
        read_archive(path)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not DATA.exists(), reason="needs the images in shared/data")
@pytest.mark.parametrize(
    ("name", "shape", "counts"),
    [
        ("mnist.npz", (28, 28, 1), {"train": 60_000, "test": 10_000}),
        ("cifar10_32px_10k2k.npz", (32, 32, 3), {"train": 10_000, "test": 2_000}),
    ],
)
def test_real_files_are_read(name, shape, counts):
    raw = read_archive(DATA / name)
    assert {use: len(labelled.labels) for use, labelled in raw.sets.items()} == counts
    assert all(labelled.pixels.shape[1:] == shape for labelled in raw.sets.values())
    assert len(raw.names) == 10
