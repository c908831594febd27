"""Prepared images in a file: the four parts as a worker loads them."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluators.norm_act_layers.images import Images, Part

FORMAT_VERSION = 1

_CURE = "restore the file, or start a new search"

_PARTS = ("train", "search", "validation", "test")


def write_images(images: Images, path: Path) -> None:
    """Writes images, whole or not at all.

    Args:
        images: the data set.
        path: of an .npz file.
    """
    arrays: dict[str, NDArray[Any]] = {"format": np.array(FORMAT_VERSION), "names": np.array(images.names, np.str_)}
    for name, part in images.parts.items():
        arrays |= {f"{name}_pixels": part.pixels, f"{name}_labels": part.labels}
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    draft.replace(path)


def load_images(path: Path) -> Images:
    """Reads images that :func:`write_images` wrote.

    Raises:
        ValueError: when the file is missing, damaged or of another format; in one line that names it.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        version = int(arrays["format"])
        if version != FORMAT_VERSION:
            raise ValueError(f"is of format {version}, this version of Primordia reads {FORMAT_VERSION}")
        parts = {name: Part(arrays[f"{name}_pixels"], arrays[f"{name}_labels"]) for name in _PARTS}
        return Images(**parts, names=tuple(map(str, arrays["names"])))
    except (OSError, EOFError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"prepared images {str(path)!r}: damaged or missing ({_words(error)}); {_CURE}") from error
    except ValueError as error:
        raise ValueError(f"prepared images {str(path)!r}: {error}; {_CURE}") from error


def _words(error: Exception) -> str:
    return f"it lacks {error.args[0]}" if isinstance(error, KeyError) else str(error)
