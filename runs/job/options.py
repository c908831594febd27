"""The options that every kind of search has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

OPTIONS = MappingProxyType(
    {
        "seed": "search.seed",
        "minutes": "budget.minutes",
        "candidates": "budget.candidates",
        "workers": "workers.num",
        "ray": "workers.address",
        "out": "output.path",
        "export": "output.export",
    }
)
"""The job's key that each option of ``primordia search`` and keyword of :func:`primordia.search` sets."""

RESUMABLE = ("budget.", "workers.")
"""Beginnings of the keys that may change when a run is resumed; all others decide what its candidates are."""


def in_minutes(options: Mapping[str, Any]) -> dict[str, Any]:
    """Returns options with ``hours`` as ``minutes``; those that are None are left out, since they are not set.

    Raises:
        ValueError: when hours are no number above 0, or there are minutes too.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if "hours" not in given:
        return given
    hours = given.pop("hours")
    if not isinstance(hours, int | float) or isinstance(hours, bool) or not hours > 0:
        raise ValueError(f"hours must be a number above 0, not {hours!r}")
    if "minutes" in given:
        raise ValueError(f"hours, {hours!r}, and minutes, {given['minutes']!r}, are two budgets of time; give one")
    return {**given, "minutes": 60.0 * hours}
