"""Whether networks can be trained on a data set: checked before anything is compiled, and free of JAX."""

from __future__ import annotations

from evaluators.norm_act_layers.images import Images
from evaluators.norm_act_layers.recipe import Recipe
from evaluators.norm_act_layers.settings import AnchorsConfig


def check(images: Images, anchors: AnchorsConfig, recipe: Recipe) -> None:
    """Checks that all anchors can be trained on a data set.

    Args:
        images: the data set.
        anchors: which networks.
        recipe: how they are trained.

    Raises:
        ValueError: when there are fewer images than a batch has, or crops are larger than the images.
    """
    check_fits(images, recipe, anchors.image_size or images.size)


def check_fits(images: Images, recipe: Recipe, size: int) -> None:
    """Checks that a network can be trained on images.

    Args:
        images: the data set.
        recipe: batch size and padding.
        size: of the images that the network takes.

    Raises:
        ValueError: when there are fewer images than a batch has, or the crops are larger than the images.
    """
    if recipe.batch_size > len(images.train):
        raise ValueError(
            f"batch_size must be at most the number of training images, {len(images.train)}, not {recipe.batch_size}; "
            "lower it: batch_size in [recipe] of a job file"
        )
    if size > images.size:
        raise ValueError(
            f"a network for images of {size}x{size} cannot crop them from {images.size}x{images.size}; lower its "
            "image_size"
        )
