import numpy as np
import pytest

from runs.images.raw import labels_of, pixels_of
from tests.runs.images.sources import labelled

PIXELS, _ = labelled(5)


@pytest.mark.parametrize(
    "array",
    [
        PIXELS,
        PIXELS.astype(np.int64),
        PIXELS.astype(np.float32),
        PIXELS / 255,
        (PIXELS / 255).astype(np.float32),
        np.moveaxis(PIXELS, 3, 1),
    ],
)
def test_bytes_floats_and_channels_first_are_the_same_images(array):
    found = pixels_of(array, "x")
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, PIXELS)


def test_images_without_channels_have_one():
    np.testing.assert_array_equal(pixels_of(PIXELS[..., 0], "x"), PIXELS[..., :1])


def test_black_and_white_bytes_stay_as_they_are():
    assert pixels_of(np.ones((1, 2, 2), np.int64), "x").max() == 1


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((5, 7)), r"x must be of shape \(n, size, size\) or \(n, size, size, 1 or 3\), not \(5, 7\)"),
        (np.zeros((5, 7, 7, 4)), r"not \(5, 7, 7, 4\); give grey or colour images"),
        (np.zeros((5, 7, 8, 3)), "x must be square, not 7x8; crop or resize the images"),
        (
            np.array([None, 1], object),
            "x holds images of mixed sizes or other Python objects; make all images one size",
        ),
        (np.full((2, 2, 2), "a"), "x must be numbers, not <U1"),
        (np.where(np.arange(12) == 5, np.nan, 1.0).reshape(3, 2, 2), "finite, but image 1 of x has nan; repair or"),
        (np.full((2, 2, 2), -0.5), "from 0 to 255, or from 0 to 1, but image 0 of x has -0.5; undo the normalization"),
        (np.full((2, 2, 2), 256), "but image 0 of x has 256"),
    ],
)
def test_what_is_no_image_is_refused_in_one_line(array, message):
    with pytest.raises(ValueError, match=message) as caught:
        pixels_of(array, "x")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "array",
    [
        np.array([2, 0, 1], np.uint8),
        np.array([[2], [0], [1]]),
        np.array([2.0, 0.0, 1.0]),
        np.eye(3)[[2, 0, 1]],
        np.eye(3, dtype=bool)[[2, 0, 1]],
    ],
)
def test_columns_floats_and_one_hot_rows_are_the_same_labels(array):
    assert labels_of(array, "y").tolist() == [2, 0, 1]


@pytest.mark.parametrize(
    "array", [np.array([0.5, 1]), np.array(["cat"]), np.ones((3, 2)), np.array([np.nan]), np.int64(1)]
)
def test_what_is_no_label_is_refused(array):
    with pytest.raises(ValueError, match=r"y must be whole numbers of shape \(n,\), not .*; number the classes from 0"):
        labels_of(array, "y")


@pytest.mark.parametrize("array", [np.array([0.0, 1e300]), np.array([0, 2**64 - 1], np.uint64)])
def test_labels_beyond_whole_numbers_are_refused_and_not_wrapped(array):
    with pytest.raises(ValueError, match=r"y must be less than 4\.61169e\+18, but has a label .*; number the classes"):
        labels_of(array, "y")


@pytest.mark.parametrize("array", [np.arange(-5, -1), np.array([0.0, -5.0, 1.0])])
def test_negative_labels_are_refused(array):
    with pytest.raises(ValueError, match="y must be 0 or more, but has a label -5; number the classes from 0"):
        labels_of(array, "y")
