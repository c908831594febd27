"""The options that every kind of search has."""

from __future__ import annotations

from types import MappingProxyType

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
