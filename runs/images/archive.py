"""Images in an .npz file, under any of the usual names."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.images.raw import Labelled, Raw, labels_of, pixels_of

_PAIRS = {
    "train": (
        ("x_train", "y_train"),
        ("X_train", "y_train"),
        ("train_images", "train_labels"),
        ("train_x", "train_y"),
        ("train_data", "train_labels"),
        ("images", "labels"),
        ("x", "y"),
        ("X", "y"),
        ("data", "labels"),
        ("data", "target"),
        ("arr_0", "arr_1"),
    ),
    "validation": (
        ("x_val", "y_val"),
        ("X_val", "y_val"),
        ("x_valid", "y_valid"),
        ("x_validation", "y_validation"),
        ("val_images", "val_labels"),
        ("val_x", "val_y"),
    ),
    "test": (
        ("x_test", "y_test"),
        ("X_test", "y_test"),
        ("test_images", "test_labels"),
        ("test_x", "test_y"),
        ("test_data", "test_labels"),
        ("arr_2", "arr_3"),
    ),
}
"""Names of images and labels, by what they are for."""

_NAMES = ("classes", "class_names", "label_names", "target_names", "names")


def read_archive(path: Path) -> Raw:
    """Returns the images of an .npz file.

    Raises:
        ValueError: when it is damaged, lacks images or labels, or they are not what they should be.
    """
    arrays = _load(path)
    sets = {}
    for use, pairs in _PAIRS.items():
        pair = next((pair for pair in pairs if set(pair) <= arrays.keys()), None)
        if pair is not None:
            sets[use] = Labelled(pixels_of(arrays[pair[0]], pair[0]), labels_of(arrays[pair[1]], pair[1]))
    if "train" not in sets:
        wanted = " or ".join(" and ".join(pair) for pair in (_PAIRS["train"][0], ("images", "labels")))
        raise ValueError(f"has the arrays {', '.join(arrays) or 'none'}; name them {wanted}")
    return Raw(sets, _class_names(arrays, sets))


def _load(path: Path) -> Mapping[str, NDArray[Any]]:
    # numpy takes any other file for a pickle, and says so
    if not zipfile.is_zipfile(path):
        raise ValueError("is damaged or no .npz file; save it again")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise ValueError(f"is damaged or no .npz file ({error}); save it again") from error
    except ValueError as error:
        # Arrays of objects are pickled, and a stranger's pickle may run anything.
        raise ValueError("holds Python objects, such as images of mixed sizes; make all images one size") from error


def _class_names(arrays: Mapping[str, NDArray[Any]], sets: Mapping[str, Labelled]) -> tuple[str, ...]:
    name = next((name for name in _NAMES if name in arrays and arrays[name].ndim == 1), None)
    if name is not None:
        return tuple(map(str, arrays[name]))
    labels = sets["train"].labels
    count = int(labels.max()) + 1 if len(labels) else 0
    # one label of a billion would be a billion names
    if count > len(labels):
        raise ValueError(
            f"has a label {count - 1} but {len(labels)} training images; number the classes from 0 without gaps"
        )
    return tuple(map(str, range(count)))
