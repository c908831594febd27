import numpy as np
import pytest

from runs.images import read_images
from runs.images.split import SplitConfig
from tests.runs.images.sources import DATA, labelled, save


def test_the_digits_need_no_file():
    pytest.importorskip("sklearn", reason="needs scikit-learn")
    images = read_images("digits")
    assert [len(part) for part in images.parts.values()] == [1080, 179, 179, 359]
    assert (images.size, images.channels, images.num_classes) == (8, 1, 10)


def test_a_file_is_read_and_split(tmp_path):
    pixels, labels = labelled(40)
    images = read_images(save(tmp_path, images=pixels, labels=labels), SplitConfig(most=5))
    assert [len(part) for part in images.parts.values()] == [5, 4, 4, 5]
    assert images.names == ("0", "1", "2", "3")


def test_a_folder_is_read_and_split(tmp_path):
    pillow = pytest.importorskip("PIL.Image", reason="needs Pillow")
    pixels, labels = labelled(16, num_classes=2)
    for row, (image, label) in enumerate(zip(pixels, labels, strict=True)):
        (tmp_path / str(label)).mkdir(exist_ok=True)
        pillow.fromarray(image).save(tmp_path / str(label) / f"{row}.png")
    assert len(read_images(tmp_path).train) == 8


@pytest.mark.parametrize("name", ["nowhere", "nowhere.npz", "labels.csv"])
def test_what_is_no_source_is_refused(tmp_path, name):
    (tmp_path / "labels.csv").write_text("a,b\n")
    path = tmp_path / name
    with pytest.raises(
        ValueError, match=r"is neither 'digits', nor an .npz file, nor a folder of images; correct the path"
    ):
        read_images(path)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"y_train": np.arange(40) % 4 - 1},
            "y_train must be 0 or more, but has a label -1; number the classes from 0",
        ),
        ({"y_train": np.zeros(40, int)}, "has one class only, '0'"),
        ({"y_test": np.arange(40) % 5}, "labels must be from 0 to 3 for 4 classes, but image 4 of test has 4"),
        ({"x_train": np.full((40, 4, 4), np.nan)}, "pixels must be finite, but image 0 of x_train has nan"),
        (
            {"x_test": np.zeros((40, 5, 5, 3), np.uint8)},
            "the test images are of shape .5, 5, 3., those of training .4, 4",
        ),
    ],
)
def test_every_message_is_one_line_that_names_the_file(tmp_path, changed, message):
    pixels, labels = labelled(40)
    arrays = {"x_train": pixels, "y_train": labels, "x_test": pixels, "y_test": labels} | changed
    path = save(tmp_path, **arrays)
    with pytest.raises(ValueError, match=message) as caught:
        read_images(path)
    assert str(caught.value).startswith(f"images {str(path)!r}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not DATA.exists(), reason="needs the images in shared/data")
def test_cifar_in_the_size_of_the_small_proxy():
    images = read_images(DATA / "cifar10_32px_10k2k.npz", SplitConfig(size=16, most=1000))
    assert (images.size, images.channels, images.num_classes) == (16, 3, 10)
    assert [len(part) for part in images.parts.values()] == [1000] * 4
    assert images.names[0] == "airplane"
    assert 0.4 < images.mean.mean() < 0.55
