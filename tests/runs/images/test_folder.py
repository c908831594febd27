import sys

import numpy as np
import pytest

from runs.images.folder import read_folder
from tests.runs.images.sources import labelled

PIXELS, LABELS = labelled(8)
NAMES = ("ant", "bee", "cat", "dog")


@pytest.fixture
def pillow():
    return pytest.importorskip("PIL.Image", reason="needs Pillow")


def _write(pillow, root, pixels=PIXELS, labels=LABELS, suffix="png"):
    for row, (image, label) in enumerate(zip(pixels, labels, strict=True)):
        folder = root / NAMES[label]
        folder.mkdir(parents=True, exist_ok=True)
        pillow.fromarray(image).save(folder / f"{row:03d}.{suffix}")


def test_each_folder_is_a_class(pillow, tmp_path):
    _write(pillow, tmp_path)
    (tmp_path / "ant" / "notes.txt").write_text("no image")
    raw = read_folder(tmp_path)
    order = np.argsort(LABELS, kind="stable")
    assert raw.names == NAMES
    np.testing.assert_array_equal(raw.sets["train"].pixels, PIXELS[order])
    np.testing.assert_array_equal(raw.sets["train"].labels, LABELS[order])


def test_folders_named_train_and_test_are_kept_apart(pillow, tmp_path):
    _write(pillow, tmp_path / "train")
    _write(pillow, tmp_path / "test", PIXELS[:2], LABELS[:2])
    raw = read_folder(tmp_path)
    assert {use: some.labels.tolist() for use, some in raw.sets.items()} == {
        "train": [0, 0, 1, 1, 2, 2, 3, 3],
        "test": [0, 1],
    }


def test_jpeg_is_read(pillow, tmp_path):
    flat = np.full((4, 8, 8, 3), 100, np.uint8)
    _write(pillow, tmp_path, flat, [0, 1, 0, 1], "jpg")
    assert np.abs(read_folder(tmp_path).sets["train"].pixels.astype(int) - 100).max() <= 2


def test_grey_images_have_one_channel_and_three_among_coloured_ones(pillow, tmp_path):
    grey = PIXELS[:4, ..., 0]
    _write(pillow, tmp_path, grey, LABELS[:4])
    np.testing.assert_array_equal(read_folder(tmp_path).sets["train"].pixels[..., 0], grey)
    pillow.fromarray(PIXELS[4]).save(tmp_path / "ant" / "coloured.png")
    pixels = read_folder(tmp_path).sets["train"].pixels
    assert pixels.shape == (5, 4, 4, 3)
    np.testing.assert_array_equal(pixels[0], np.repeat(grey[0, ..., None], 3, 2))


def test_palettes_and_transparency_become_colours(pillow, tmp_path):
    _write(pillow, tmp_path, PIXELS[:2], LABELS[:2])
    pillow.fromarray(PIXELS[2]).convert("RGBA").save(tmp_path / "ant" / "transparent.png")
    pillow.fromarray(PIXELS[3]).quantize().save(tmp_path / "ant" / "with-palette.png")
    pixels = read_folder(tmp_path).sets["train"].pixels
    np.testing.assert_array_equal(pixels[1], PIXELS[2])
    assert pixels.shape == (4, 4, 4, 3)


def test_images_of_mixed_sizes_are_refused_by_name(pillow, tmp_path):
    _write(pillow, tmp_path)
    pillow.fromarray(PIXELS[0][:3]).save(tmp_path / "cat" / "small.png")
    message = "images must be of one size, but ant/000.png is 4x4 and cat/small.png is 4x3; resize them"
    with pytest.raises(ValueError, match=message):
        read_folder(tmp_path)


def test_a_broken_image_is_refused_by_name(pillow, tmp_path):
    _write(pillow, tmp_path)
    (tmp_path / "bee" / "torn.png").write_bytes((tmp_path / "bee" / "001.png").read_bytes()[:40])
    with pytest.raises(ValueError, match=r"the image 'torn.png' in 'bee' cannot be read .*; remove it"):
        read_folder(tmp_path)


def test_a_class_that_is_not_trained_on_is_refused(pillow, tmp_path):
    _write(pillow, tmp_path / "train", PIXELS[:2], [0, 1])
    _write(pillow, tmp_path / "test", PIXELS[:2], [0, 2])
    with pytest.raises(ValueError, match="has a class 'cat' in test that is not in train; add it there or remove it"):
        read_folder(tmp_path)


@pytest.mark.parametrize("subfolder", ["", "ant"])
def test_an_empty_folder_is_refused(tmp_path, subfolder):
    (tmp_path / subfolder).mkdir(exist_ok=True)
    with pytest.raises(ValueError, match=r"has no folders with images .*; give each class a folder of its own"):
        read_folder(tmp_path)


def test_without_pillow_the_message_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "ant").mkdir()
    (tmp_path / "ant" / "000.png").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(
        ValueError, match=r"need Pillow to be read, which is not installed; pip install primordia\[layers\]"
    ):
        read_folder(tmp_path)
