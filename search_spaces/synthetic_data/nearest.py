"""Help with a misspelt name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

_MOST = 5_000
"""Names that are compared with a misspelt one; a million of them would take minutes."""

_SHOWN = 8


def nearest(name: str, known: Sequence[str]) -> str:
    """Returns ``did you mean ...?`` for a misspelt name, or some of the known ones when none is near."""
    close = difflib.get_close_matches(name, known[:_MOST], n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    rest = f" and {len(known) - _SHOWN:,} more" if len(known) > _SHOWN else ""
    return f"known: {', '.join(map(repr, known[:_SHOWN]))}{rest}"
