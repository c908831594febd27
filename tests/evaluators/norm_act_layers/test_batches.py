from itertools import islice

import jax
import numpy as np
import pytest

from evaluators.norm_act_layers import batches
from evaluators.norm_act_layers.batches import scored_batches, training_batches
from evaluators.norm_act_layers.images import Images, Part
from evaluators.norm_act_layers.recipe import Recipe
from tests.evaluators.norm_act_layers.small_images import noise, part

KEY = jax.random.key(0)


def numbered(count, size=4):
    """Images whose every pixel is 1 + their number, with their number as label."""
    numbers = np.arange(count)
    pixels = np.broadcast_to((1 + numbers)[:, None, None, None], (count, size, size, 1)).astype(np.uint8)
    whole = Part(pixels, numbers.astype(np.int32))
    return Images(whole, whole, whole, whole, tuple(map(str, numbers)))


def raw(images, batch):
    """Undoes the normalization."""
    return np.rint((np.asarray(batch.images) * images.std + images.mean) * 255).astype(int)


def test_each_epoch_shows_each_image_once_in_an_order_of_its_own():
    images = numbered(12)
    drawn = list(islice(training_batches(images, Recipe(batch_size=4, padding=0), 4, KEY), 6))
    epochs = [np.concatenate([batch.labels for batch in some]) for some in (drawn[:3], drawn[3:])]
    for epoch in epochs:
        assert sorted(epoch.tolist()) == list(range(12))
    assert (epochs[0] != epochs[1]).any()
    for batch in drawn:
        np.testing.assert_array_equal(raw(images, batch)[:, 0, 0, 0], 1 + batch.labels)


def test_an_incomplete_batch_is_left_out():
    images = numbered(10)
    drawn = list(islice(training_batches(images, Recipe(batch_size=4, padding=0), 4, KEY), 4))
    assert all(batch.images.shape == (4, 4, 4, 1) for batch in drawn)
    assert len(set(np.concatenate([batch.labels for batch in drawn[:2]]).tolist())) == 8


def test_crops_are_windows_of_the_padded_image_and_all_of_them_occur():
    size, padding, crop = 4, 1, 3
    whole = part(2, size)
    images = Images(whole, whole, whole, whole, ("a", "b"))
    recipe = Recipe(batch_size=2, padding=padding, flips=True)
    padded = np.pad(whole.pixels, ((0, 0), (padding,) * 2, (padding,) * 2, (0, 0)))
    places = range(size + 2 * padding - crop + 1)
    windows = {
        (n, y, x, mirrored): padded[n, y : y + crop, x : x + crop][:, :: -1 if mirrored else 1]
        for n in range(2)
        for y in places
        for x in places
        for mirrored in (False, True)
    }
    found = set()
    for batch in islice(training_batches(images, recipe, crop, KEY), 300):
        for pixels, label in zip(raw(images, batch), batch.labels, strict=True):
            matches = [name for name, window in windows.items() if (window == pixels).all()]
            assert [name[0] for name in matches] == [int(label)]
            found.update(matches)
    assert len(found) >= 0.99 * len(windows)


def test_without_padding_and_flips_images_stay_as_they_are():
    whole = part(4)
    images = Images(whole, whole, whole, whole, ("a", "b"))
    batch = next(training_batches(images, Recipe(batch_size=4, padding=0, flips=False), 4, KEY))
    pixels = {bytes(image.astype(np.uint8)) for image in raw(images, batch)}
    assert pixels == {bytes(image) for image in whole.pixels}


def test_the_key_decides():
    images, recipe = noise(), Recipe(batch_size=4)
    first, again, other = (next(training_batches(images, recipe, 4, jax.random.key(seed))).images for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (np.asarray(first) != other).any()


def test_scoring_shows_every_image_once_at_its_centre(monkeypatch):
    monkeypatch.setattr(batches, "SCORED_AT_ONCE", 4)
    images = noise()
    shown = list(scored_batches(images, images.test, 2))
    assert [batch.images.shape for batch in shown] == [(4, 2, 2, 3), (4, 2, 2, 3)]
    labels = np.concatenate([batch.labels for batch in shown])
    np.testing.assert_array_equal(labels, [*images.test.labels, -1, -1])
    pixels = np.concatenate([raw(images, batch) for batch in shown])[: len(images.test)]
    np.testing.assert_array_equal(pixels, images.test.pixels[:, 1:3, 1:3])


def test_a_batch_larger_than_the_data_is_refused():
    with pytest.raises(ValueError, match="batch_size must be at most the number of training images, 16, not 17"):
        next(training_batches(noise(), Recipe(batch_size=17), 4, KEY))


def test_crops_larger_than_the_images_are_refused():
    with pytest.raises(ValueError, match="a network for images of 5x5 cannot crop them from 4x4; lower its image_size"):
        next(training_batches(noise(), Recipe(batch_size=4), 5, KEY))
