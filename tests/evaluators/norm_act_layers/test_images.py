import numpy as np
import pytest

from evaluators.norm_act_layers.images import Images, Part
from tests.evaluators.norm_act_layers.small_images import noise, part


def test_neither_pixels_nor_labels_can_be_written_to_nor_change_with_their_source():
    pixels, labels = np.zeros((2, 3, 3, 1), np.uint8), np.array([0, 1], np.int32)
    made = Part(pixels, labels)
    pixels[:] = 9
    assert made.pixels.max() == 0
    for array in (made.pixels, made.labels, noise().mean, noise().std):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_mean_and_deviation_are_those_of_the_training_part_alone():
    images = noise()
    scaled = images.train.pixels / 255
    np.testing.assert_allclose(images.mean, scaled.mean((0, 1, 2)), rtol=1e-6)
    np.testing.assert_allclose(images.std, scaled.std((0, 1, 2)), rtol=1e-6)


def test_a_channel_that_never_varies_is_not_divided_by_zero():
    still = [Part(np.zeros((4, 2, 2, 1), np.uint8), np.array([0, 1, 0, 1], np.int32))] * 4
    np.testing.assert_array_equal(Images(*still, ("a", "b")).std, [1])


def test_the_training_part_is_none_to_score_on():
    images = noise()
    assert images.part("validation") is images.validation
    with pytest.raises(ValueError, match="no 'train' images to score on; use one of: search, validation, test"):
        images.part("train")


def _with(**parts):
    return Images(**({name: part(6) for name in ("train", "search", "validation", "test")} | parts), names=("a", "b"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: _with(test=part(6, size=5)), "the test images are of shape .5, 5, 3., those of training .4, 4, 3."),
        (lambda: _with(search=part(0)), "the search part has no images"),
        (lambda: _with(train=part(6, num_classes=1)), "the train part has one class only"),
        (
            lambda: _with(test=part(6, num_classes=3)),
            "labels must be from 0 to 1 for 2 classes, but image 2 of test has 2; number the classes from 0",
        ),
        (lambda: Part(np.zeros((2, 3, 3, 1)), np.zeros(2, np.int32)), "must be uint8 of shape .*, not float64"),
        (lambda: Part(np.zeros((2, 3, 4, 1), np.uint8), np.zeros(2, np.int32)), r"not uint8 of \(2, 3, 4, 1\)"),
        (lambda: Part(np.zeros((2, 3, 3, 1), np.uint8), np.zeros(3, np.int32)), "one label per image, not .3,. for 2"),
    ],
)
def test_bad_images_are_refused_in_one_line(make, message):
    with pytest.raises(ValueError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_labels_below_zero_are_out_of_range_too():
    labels = np.array([0, 1, -1, 0], np.int32)
    with pytest.raises(ValueError, match="image 2 of train has -1"):
        _with(train=Part(np.zeros((4, 4, 4, 3), np.uint8), labels))
