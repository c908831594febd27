"""Reads a data set of images by its name: ``digits``, an .npz file, or a folder with one folder per class."""

from __future__ import annotations

from pathlib import Path

from evaluators.norm_act_layers.images import Images
from runs.images.archive import read_archive
from runs.images.digits import read_digits
from runs.images.folder import read_folder
from runs.images.split import SplitConfig, split

DIGITS = "digits"
"""The name of the 8x8 digits that scikit-learn brings along."""


def read_images(source: str | Path, config: SplitConfig | None = None) -> Images:
    """Reads images and splits them into the parts for training, search, validation and test.

    Args:
        source: ``digits``; an .npz file with images and labels under any of the usual names; or a folder that holds
            one folder of images per class, or such a folder each named train and test.
        config: how to split; the default if None.

    Raises:
        ValueError: in one line that names the source, what is wrong with it, and the cure.
    """
    path = Path(source)
    try:
        if str(source) == DIGITS:
            raw = read_digits()
        elif path.is_dir():
            raw = read_folder(path)
        elif path.suffix.lower() == ".npz" and path.is_file():
            raw = read_archive(path)
        else:
            raise ValueError("is neither 'digits', nor an .npz file, nor a folder of images; correct the path")
        return split(raw, config or SplitConfig())
    except ValueError as error:
        raise ValueError(f"images {str(source)!r}: {error}") from error
