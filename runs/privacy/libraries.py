"""The libraries that noise and its accounting rest on, imported where they are used."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

_COMMAND = "pip install 'primordia[privacy]'"


def library(module: str) -> Any:
    """Imports a module of OpenDP or dp-accounting.

    Args:
        module: its full name, such as ``opendp.measurements``.

    Raises:
        ValueError: when the library is not installed, naming the command that installs it.
    """
    found = _imported(module)
    if module.startswith("opendp."):
        # OpenDP wants consent to constructors whose published proofs its own review has not yet finished with
        _imported("opendp.mod").enable_features("contrib")
    return found


def _imported(module: str) -> Any:
    try:
        found: ModuleType = importlib.import_module(module)
    except ModuleNotFoundError as error:
        name = module.split(".")[0]
        if error.name is None or error.name.split(".")[0] != name:
            raise
        raise ValueError(f"private noise needs {name}, which is not installed; run {_COMMAND}") from None
    return found
