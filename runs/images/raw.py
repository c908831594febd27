"""What the readers of images return: one to three labelled sets of images, and the names of the classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

GIVEN = ("train", "validation", "test")
"""The sets that a source may come with; all have at least the first."""

_COLOURS = (1, 3)
"""Channels of images, by which the axis of channels is told from the others."""

_MOST = 2.0**62
"""Labels below it are whole numbers of eight bytes."""


class Labelled(NamedTuple):
    """Images and their labels.

    Attributes:
        pixels: uint8 of shape (n, size, size, channels).
        labels: integers of shape (n,).
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.integer[Any]]


class Raw(NamedTuple):
    """A data set as its source has it.

    Attributes:
        sets: by a name in :data:`GIVEN`.
        names: of the classes.
    """

    sets: Mapping[str, Labelled]
    names: tuple[str, ...]


def pixels_of(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    """Returns images as uint8 with the channels last.

    Args:
        array: of shape (n, size, size), (n, size, size, channels) or (n, channels, size, size); numbers from 0 to 255,
            or floats from 0 to 1.
        name: of the array, for messages.

    Raises:
        ValueError: when it is of another shape or type, or a pixel is NaN or out of range.
    """
    if array.dtype == object:
        raise ValueError(f"{name} holds images of mixed sizes or other Python objects; make all images one size")
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim == 4 and array.shape[3] not in _COLOURS and array.shape[1] in _COLOURS:
        array = np.moveaxis(array, 1, 3)
    if array.ndim != 4 or array.shape[3] not in _COLOURS:
        raise ValueError(
            f"{name} must be of shape (n, size, size) or (n, size, size, 1 or 3), not {array.shape}; "
            "give grey or colour images"
        )
    if array.shape[1] != array.shape[2]:
        raise ValueError(f"{name} must be square, not {array.shape[1]}x{array.shape[2]}; crop or resize the images")
    return _as_bytes(array, name)


def labels_of(array: NDArray[Any], name: str) -> NDArray[np.integer[Any]]:
    """Returns labels as integers of shape (n,).

    Args:
        array: of shape (n,) or (n, 1), whole numbers; or of shape (n, classes), one 1 per row.
        name: of the array, for messages.

    Raises:
        ValueError: when it is anything else.
    """
    if array.ndim == 2 and array.shape[1] > 1 and _is_one_hot(array):
        array = array.argmax(1)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    whole = array.dtype.kind in "iub" or (array.dtype.kind == "f" and bool((array == np.rint(array)).all()))
    if array.ndim != 1 or not whole:
        raise ValueError(
            f"{name} must be whole numbers of shape (n,), not {array.dtype} of {array.shape}; number the classes from 0"
        )
    for label in (array.min(), array.max()) if array.size else ():
        if not 0 <= float(label) < _MOST:
            rule = "be 0 or more" if label < 0 else f"be less than {_MOST:g}"
            raise ValueError(f"{name} must {rule}, but has a label {float(label):g}; number the classes from 0")
    return array.astype(np.int64)


def _is_one_hot(array: NDArray[Any]) -> bool:
    return array.dtype.kind in "iubf" and bool((np.isin(array, (0, 1)).all(1) & (array.sum(1) == 1)).all())


def _as_bytes(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be numbers, not {array.dtype}")
    _refuse(~np.isfinite(array), array, name, "be finite; repair or remove that image")
    _refuse((array < 0) | (array > 255), array, name, "be from 0 to 255, or from 0 to 1; undo the normalization")
    scale = 255 if array.dtype.kind == "f" and array.size and array.max() <= 1 else 1
    scaled: NDArray[np.uint8] = np.rint(array * scale).astype(np.uint8)
    return scaled


def _refuse(wrong: NDArray[np.bool_], array: NDArray[Any], name: str, rule: str) -> None:
    if wrong.any():
        place = np.unravel_index(int(wrong.argmax()), wrong.shape)
        requirement, cure = rule.split("; ")
        raise ValueError(f"pixels must {requirement}, but image {place[0]} of {name} has {array[place]}; {cure}")
