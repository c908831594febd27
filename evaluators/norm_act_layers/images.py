"""Labelled images in four parts that are kept apart: for training, scoring candidates, picking winners, reporting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCORED = ("search", "validation", "test")
"""The parts that networks are scored on."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Images and their labels, neither of which can be written to.

    Attributes:
        pixels: uint8 of shape (n, size, size, channels).
        labels: int32 of shape (n,), from 0.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int32]

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        if self.pixels.dtype != np.uint8 or len(shape) != 4 or shape[1] != shape[2] or 0 in shape[1:]:
            raise ValueError(
                f"images must be uint8 of shape (n, size, size, channels), not {self.pixels.dtype} of {shape}"
            )
        if self.labels.shape != shape[:1]:
            raise ValueError(
                f"there must be one label per image, not {self.labels.shape} for {len(self.pixels)} images"
            )
        object.__setattr__(self, "pixels", _frozen(self.pixels))
        object.__setattr__(self, "labels", _frozen(self.labels.astype(np.int32)))

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, rows: NDArray[Any] | slice) -> Part:
        """Returns some of the images."""
        return Part(self.pixels[rows], self.labels[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """A data set of images.

    Attributes:
        train: what networks learn from.
        search: what candidates are scored on, so that a search adapts to it.
        validation: what the winner among finalists is picked on.
        test: what is reported; nothing is chosen by it.
        names: of the classes; a label is an index of them.
        mean: per channel, of the training part scaled to 0 to 1.
        std: per channel, of the same; 1 for a channel that never varies.
    """

    train: Part
    search: Part
    validation: Part
    test: Part
    names: tuple[str, ...]
    mean: NDArray[np.float32] = field(init=False)
    std: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        for name, part in self.parts.items():
            self._check(name, part)
        mean = self.train.pixels.mean((0, 1, 2), dtype=np.float64) / 255
        std = self.train.pixels.std((0, 1, 2), dtype=np.float64) / 255
        object.__setattr__(self, "mean", _frozen(mean.astype(np.float32)))
        object.__setattr__(self, "std", _frozen(np.where(std > 0, std, 1).astype(np.float32)))

    @property
    def parts(self) -> Mapping[str, Part]:
        """The four parts by name."""
        return {"train": self.train, "search": self.search, "validation": self.validation, "test": self.test}

    @property
    def size(self) -> int:
        """Height and width."""
        return int(self.train.pixels.shape[1])

    @property
    def channels(self) -> int:
        """Channels of a pixel."""
        return int(self.train.pixels.shape[3])

    @property
    def num_classes(self) -> int:
        """Number of different labels."""
        return len(self.names)

    def part(self, name: str) -> Part:
        """Returns a part to score on.

        Raises:
            ValueError: when there is none of that name; the training part is no part to score on.
        """
        if name not in SCORED:
            raise ValueError(f"there are no {name!r} images to score on; use one of: {', '.join(SCORED)}")
        return self.parts[name]

    def _check(self, name: str, part: Part) -> None:
        if len(part) == 0:
            raise ValueError(f"the {name} part has no images; give it some, or a larger share")
        if part.pixels.shape[1:] != self.train.pixels.shape[1:]:
            shapes = f"{part.pixels.shape[1:]}, those of training {self.train.pixels.shape[1:]}"
            raise ValueError(f"the {name} images are of shape {shapes}; make them the same")
        check_labels(name, part.labels, self.num_classes)
        num_present = len(np.unique(part.labels)) if name == "train" else 2
        if num_present < 2:
            raise ValueError("the train part has one class only; a network needs two to tell apart")


def check_labels(name: str, labels: NDArray[Any], num_classes: int) -> None:
    """Checks that labels are from 0 to less than the number of classes.

    Args:
        name: of the part, for the message.
        labels: integers.
        num_classes: how many there are.

    Raises:
        ValueError: naming the first label that is not.
    """
    wrong = (labels < 0) | (labels >= num_classes)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"labels must be from 0 to {num_classes - 1} for {num_classes} classes, but image {row} of {name} has "
            f"{labels[row]}; number the classes from 0"
        )


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Returns a view that cannot be written to, of an array of its own if the given one can be."""
    if array.flags.writeable:
        array = array.copy()
        array.flags.writeable = False
    return array
