"""The versions that a run records, so that it can be repeated."""

from __future__ import annotations

import platform
from importlib import metadata

VERSION = "0.1.0"

LIBRARIES = (
    "jax",
    "jaxlib",
    "numpy",
    "ray",
    "deap",
    "moocore",
    "sympy",
    "pyarrow",
    "python-flint",
    "opendp",
    "dp-accounting",
)


def versions() -> dict[str, str]:
    """Returns the versions of Primordia, Python and the installed libraries, by name."""
    found = {"primordia": VERSION, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
