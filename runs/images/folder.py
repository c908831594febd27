"""Images in folders, class by class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.images.extra import require
from runs.images.raw import Labelled, Raw, pixels_of

_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp"}

_SETS = {"train": "train", "training": "train", "val": "validation", "valid": "validation", "validation": "validation"}
_SETS |= {"test": "test", "testing": "test"}

_GREY = {"1", "L", "LA", "I", "I;16", "F"}
"""Pillow's modes of images without colours."""


def read_folder(path: Path) -> Raw:
    """Returns the images of a folder, their classes in the order of the alphabet.

    Args:
        path: of a folder that holds a folder of images per class; or folders named train, test and, if there is one,
            validation, that do.

    Raises:
        ValueError: when there are no images, they differ in size, cannot be read, or Pillow is not installed.
    """
    folders = _subfolders(path)
    named = {_SETS[folder.name.lower()]: folder for folder in folders if folder.name.lower() in _SETS}
    roots = named if "train" in named else {"train": path}
    names = tuple(folder.name for folder in _subfolders(roots["train"]))
    if not any(_files(folder) for folder in _subfolders(roots["train"])):
        kinds = ", ".join(sorted(_SUFFIXES))
        raise ValueError(f"has no folders with images ({kinds}); give each class a folder of its own")
    files = {use: _labelled_files(root, names) for use, root in roots.items()}
    return Raw(_read(files), names)


def _subfolders(path: Path) -> list[Path]:
    return sorted(child for child in path.iterdir() if child.is_dir() and not child.name.startswith("."))


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES)


def _labelled_files(root: Path, names: tuple[str, ...]) -> list[tuple[Path, int]]:
    strange = [folder.name for folder in _subfolders(root) if folder.name not in names]
    if strange:
        raise ValueError(f"has a class {strange[0]!r} in {root.name} that is not in train; add it there or remove it")
    return [(file, label) for label, name in enumerate(names) if (root / name).is_dir() for file in _files(root / name)]


def _read(files: dict[str, list[tuple[Path, int]]]) -> dict[str, Labelled]:
    images = {use: [_open(file) for file, _ in some] for use, some in files.items()}
    coloured = any(image.ndim == 3 for some in images.values() for image in some)
    _check_sizes([pair for use in files for pair in zip(files[use], images[use], strict=True)])
    sets = {}
    for use, some in images.items():
        stacked = np.stack([_with_channels(image, coloured) for image in some]) if some else np.zeros((0, 1, 1, 1))
        sets[use] = Labelled(pixels_of(stacked, "images"), np.array([label for _, label in files[use]], np.int64))
    return sets


def _open(file: Path) -> NDArray[np.uint8]:
    """Returns an image of shape (height, width) without colours, (height, width, 3) with."""
    pillow: Any = require("PIL.Image", "Pillow")
    try:
        with pillow.open(file) as image:
            mode = "L" if image.mode in _GREY else "RGB"
            return np.asarray(image.convert(mode), np.uint8)
    except (OSError, pillow.DecompressionBombError) as error:
        raise ValueError(
            f"the image {file.name!r} in {file.parent.name!r} cannot be read ({error}); remove it"
        ) from error


def _check_sizes(images: list[tuple[tuple[Path, int], NDArray[np.uint8]]]) -> None:
    (first, _), image = images[0]
    for (file, _), other in images:
        if other.shape[:2] != image.shape[:2]:
            sizes = [
                f"{path.parent.name}/{path.name} is {a.shape[1]}x{a.shape[0]}"
                for path, a in ((first, image), (file, other))
            ]
            raise ValueError(f"images must be of one size, but {sizes[0]} and {sizes[1]}; resize them")


def _with_channels(image: NDArray[np.uint8], coloured: bool) -> NDArray[np.uint8]:
    if image.ndim == 2:
        image = image[..., None]
    return np.repeat(image, 3, 2) if coloured and image.shape[2] == 1 else image
