"""Splits a data set into the parts that are kept apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.images import Images, Part, check_labels
from runs.images.raw import Labelled, Raw

_SMALL = range(16, 7, -1)
"""Sizes to which larger images are shrunk where nobody says to which, the first choice first."""


@dataclass(frozen=True, slots=True)
class SplitConfig:
    """How images are split; every part gets its share of each class.

    Attributes:
        search: share of the training images that candidates are scored on.
        validation: share that the winner is picked on; images that the source sets aside for it are used instead.
        test: share that is reported; images that the source sets aside for it are used instead.
        most: images of each part at most, None for no limit.
        size: height and width to which images are shrunk by averaging squares of pixels, None to leave them; 0 to leave
            those of 16x16 and less and to shrink others to the largest size from 16 down to 8 that divides theirs.
        seed: of the order in which images are drawn.
    """

    search: float = 0.1
    validation: float = 0.1
    test: float = 0.2
    most: int | None = None
    size: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("search", "validation", "test"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} must be above 0 and less than 1, not {getattr(self, name)}")
        if self.search + self.validation + self.test >= 1:
            raise ValueError("search, validation and test must sum to less than 1, so that images to train on are left")
        for name, least in (("most", 1), ("size", 0)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(f"{name} must be at least {least}, not {value}")


def split(raw: Raw, config: SplitConfig) -> Images:
    """Splits a data set into parts for training, search, validation and test.

    Args:
        raw: as its source has it.
        config: how to split.

    Raises:
        ValueError: when labels are out of range, there is one class only, or a class has too few images.
    """
    for name, labelled in raw.sets.items():
        _check(name, labelled, raw.names)
    rng = np.random.default_rng(config.seed)
    wanted = {"search": config.search, "validation": config.validation, "test": config.test}
    shares = {name: share for name, share in wanted.items() if name not in raw.sets}
    drawn = _drawn(raw.sets["train"], shares, raw.names, rng)
    given = {name: _shuffled(labelled, rng) for name, labelled in raw.sets.items() if name != "train"}
    parts = {name: _part(labelled, config) for name, labelled in (drawn | given).items()}
    return Images(parts["train"], parts["search"], parts["validation"], parts["test"], raw.names)


def _check(name: str, labelled: Labelled, names: tuple[str, ...]) -> None:
    if len(labelled.pixels) != len(labelled.labels):
        raise ValueError(
            f"has {len(labelled.pixels)} images and {len(labelled.labels)} labels in {name}; give every image one label"
        )
    if len(labelled.pixels) == 0:
        raise ValueError(f"has no images in {name}; add some or leave {name} out")
    check_labels(name, labelled.labels, len(names))
    if name == "train" and len(np.unique(labelled.labels)) < 2:
        only = names[int(labelled.labels[0])]
        raise ValueError(f"has one class only, {only!r}; a network needs at least two to tell apart")


def _drawn(
    labelled: Labelled, shares: dict[str, float], names: tuple[str, ...], rng: np.random.Generator
) -> dict[str, Labelled]:
    """Deals out each class by shares, the rest to training."""
    hands: dict[str, list[NDArray[np.intp]]] = {name: [] for name in (*shares, "train")}
    for label, name in enumerate(names):
        rows = rng.permutation(np.flatnonzero(labelled.labels == label))
        if len(rows) <= len(shares):
            parts = ", ".join(hands)
            raise ValueError(
                f"has {len(rows)} images of class {name!r} to share between {parts}; every class, numbered from 0 "
                f"without gaps, needs at least {len(hands)}"
            )
        counts = [max(1, round(share * len(rows))) for share in shares.values()]
        ends = np.cumsum(_fitting(counts, len(rows) - 1))
        for hand, dealt in zip(hands.values(), np.split(rows, ends), strict=True):
            hand.append(dealt)
    return {name: _shuffled(_take(labelled, np.concatenate(hand)), rng) for name, hand in hands.items()}


def _fitting(counts: list[int], most: int) -> list[int]:
    """Lowers the largest counts until their sum fits."""
    counts = list(counts)
    while sum(counts) > most:
        counts[int(np.argmax(counts))] -= 1
    return counts


def _shuffled(labelled: Labelled, rng: np.random.Generator) -> Labelled:
    return _take(labelled, rng.permutation(len(labelled.labels)))


def _take(labelled: Labelled, rows: NDArray[np.intp]) -> Labelled:
    return Labelled(labelled.pixels[rows], labelled.labels[rows])


def _part(labelled: Labelled, config: SplitConfig) -> Part:
    pixels = labelled.pixels[: config.most]
    return Part(_shrunk(pixels, config.size), labelled.labels[: config.most].astype(np.int32))


def _shrunk(pixels: NDArray[np.uint8], size: int | None) -> NDArray[np.uint8]:
    count, before, _, channels = pixels.shape
    if size == 0:
        size = before if before <= _SMALL[0] else next((small for small in _SMALL if before % small == 0), before)
    if size is None or size == before:
        return pixels
    if before % size:
        fitting = ", ".join(str(small) for small in range(1, before + 1) if before % small == 0)
        raise ValueError(
            f"size must divide that of the images, {before}, not {size}; give one of {fitting} as --image-size, or as "
            "size in [images]"
        )
    squares = pixels.reshape(count, size, before // size, size, before // size, channels)
    means: NDArray[np.uint8] = np.rint(squares.mean((2, 4))).astype(np.uint8)
    return means
