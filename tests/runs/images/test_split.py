import numpy as np
import pytest

from runs.images.raw import Labelled, Raw
from runs.images.split import SplitConfig, split
from tests.runs.images.sources import labelled

NAMES = tuple("abcd")


def raw(count=200, **sets):
    return Raw({"train": Labelled(*labelled(count)), **sets}, NAMES)


def rows(part):
    """The images of a part as bytes, by which they can be told apart."""
    return {image.tobytes() for image in part.pixels}


def test_parts_share_no_image_and_leave_none_out():
    images = split(raw(), SplitConfig())
    parts = [rows(part) for part in images.parts.values()]
    assert [len(part) for part in parts] == [120, 20, 20, 40]
    assert set.union(*parts) == rows(Labelled(*labelled(200)))


def test_each_part_has_its_share_of_each_class():
    for name, part in split(raw(), SplitConfig()).parts.items():
        counts = np.bincount(part.labels)
        assert set(counts) == {len(part) // 4}, name


def test_labels_stay_with_their_images():
    pixels, labels = labelled(200)
    expected = {image.tobytes(): label for image, label in zip(pixels, labels, strict=True)}
    for part in split(raw(), SplitConfig()).parts.values():
        assert [expected[image.tobytes()] for image in part.pixels] == part.labels.tolist()


def test_the_seed_decides():
    first, again, other = (split(raw(), SplitConfig(seed=seed)).test for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert rows(first) != rows(other)


def test_images_that_the_source_sets_aside_are_used_as_they_are():
    aside = {name: Labelled(*labelled(12, seed=seed)) for name, seed in (("validation", 1), ("test", 2))}
    images = split(raw(**aside), SplitConfig())
    assert rows(images.test) == rows(aside["test"])
    assert rows(images.validation) == rows(aside["validation"])
    assert [len(images.train), len(images.search)] == [180, 20]


def test_every_part_gets_an_image_of_each_class_even_a_rare_one():
    pixels, labels = labelled(47)
    labels = np.where(np.arange(47) < 4, 0, 1 + np.arange(47) % 3)
    images = split(Raw({"train": Labelled(pixels, labels)}, NAMES), SplitConfig())
    assert [np.bincount(part.labels)[0] for part in images.parts.values()] == [1, 1, 1, 1]


def test_images_are_limited_and_shrunk_by_averaging():
    whole = split(raw(), SplitConfig())
    images = split(raw(), SplitConfig(most=10, size=2))
    assert [len(part) for part in images.parts.values()] == [10] * 4
    expected = whole.train.pixels[:10].reshape(10, 2, 2, 2, 2, 3).mean((2, 4))
    np.testing.assert_allclose(images.train.pixels, expected, atol=0.5)


@pytest.mark.parametrize(
    ("before", "after"), [(8, 8), (16, 16), (18, 9), (25, 25), (28, 14), (32, 16), (48, 16), (96, 16), (224, 16)]
)
def test_large_images_are_shrunk_by_a_whole_factor_where_no_size_is_given(before, after):
    pixels = np.random.default_rng(0).integers(0, 256, (16, before, before, 1), np.uint8)
    images = split(Raw({"train": Labelled(pixels, np.arange(16) % 2)}, ("a", "b")), SplitConfig(size=0))
    assert images.size == after


def _changed(labels):
    return Raw({"train": Labelled(labelled(8)[0], np.array(labels))}, NAMES)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: _changed([0, 1, 2, 3, 4, 0, 1, 2]),
            "labels must be from 0 to 3 for 4 classes, but image 4 of train has 4",
        ),
        (lambda: _changed([0, 1, 2, -1, 0, 0, 1, 2]), "but image 3 of train has -1"),
        (lambda: _changed([2] * 8), "has one class only, 'c'; a network needs at least two to tell apart"),
        (lambda: _changed([0, 1, 2, 3]), "has 8 images and 4 labels in train; give every image one label"),
        (lambda: _changed([1, 2] * 4), "has 0 images of class 'a' to share between search, validation, test, train"),
        (lambda: raw(0), "has no images in train; add some or leave train out"),
    ],
)
def test_labels_that_cannot_be_split_are_refused(make, message):
    with pytest.raises(ValueError, match=message) as caught:
        split(make(), SplitConfig())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"test": 0.0}, "test must be above 0 and less than 1, not 0.0"),
        ({"search": 0.5, "validation": 0.4}, "search, validation and test must sum to less than 1"),
        ({"most": 0}, "most must be at least 1, not 0"),
        ({"size": -2}, "size must be at least 0, not -2"),
    ],
)
def test_a_mistaken_config_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        SplitConfig(**wrong)


def test_a_size_that_does_not_divide_is_refused():
    with pytest.raises(
        ValueError, match="size must divide that of the images, 4, not 3; give one of 1, 2, 4 as --image-size"
    ):
        split(raw(), SplitConfig(size=3))
