"""Packages that only some sources of images need."""

from __future__ import annotations

import importlib
from types import ModuleType


def require(module: str, package: str) -> ModuleType:
    """Imports a module of an optional package.

    Args:
        module: to import.
        package: that brings it, by the name under which it is installed.

    Raises:
        ValueError: when it is not installed; the message says what to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise ValueError(f"need {package} to be read, which is not installed; pip install primordia[layers]") from error
