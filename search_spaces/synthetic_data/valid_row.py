"""The search for a row that constraints on pairs of columns allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from search_spaces.synthetic_data.condition import Mask

Pairs: TypeAlias = Mapping[tuple[int, int], Mask]
Domains: TypeAlias = Mapping[int, Mask]

MAX_TRIALS = 2_000
"""Values that the search tries; where the constraints form no cycle, none of them fails."""

NO_ROW = "the constraints allow no row at all; remove or loosen one"


def possible_codes(pairs: Pairs) -> Domains:
    """Returns for each constrained column a bool ``(size,)``: False for codes that no row holds, seen pair by pair.

    Raises:
        ValueError: when no code of some column is left, so that no row is valid.
    """
    sizes = {column: size for pair, allowed in pairs.items() for column, size in zip(pair, allowed.shape, strict=True)}
    domains = _propagated({column: np.ones(size, dtype=bool) for column, size in sizes.items()}, pairs)
    if domains is None:
        raise ValueError(NO_ROW)
    return domains


def valid_row(domains: Domains, pairs: Pairs) -> dict[int, int]:
    """Returns codes of the constrained columns that obey all constraints, by depth-first search with arc consistency.

    Args:
        domains: what :func:`possible_codes` returned.
        pairs: the allowed pairs of codes.

    Raises:
        ValueError: when there is no such row, or none was found within :data:`MAX_TRIALS` trials.
    """
    trials = 0

    def settled(domains: Domains) -> Domains | None:
        nonlocal trials
        counts = {column: int(domain.sum()) for column, domain in domains.items() if domain.sum() > 1}
        if not counts:
            return domains
        column = min(counts, key=lambda column: counts[column])
        for code in np.flatnonzero(domains[column]):
            trials += 1
            if trials > MAX_TRIALS:
                raise ValueError(f"no row that obeys the constraints was found in {MAX_TRIALS:,} trials; remove some")
            only = np.arange(len(domains[column])) == code
            smaller = _propagated({**domains, column: only}, pairs)
            found = settled(smaller) if smaller else None
            if found is not None:
                return found
        return None

    found = settled(domains)
    if found is None:
        raise ValueError(NO_ROW)
    return {column: int(domain.argmax()) for column, domain in found.items()}


def _propagated(domains: Domains, pairs: Pairs) -> Domains | None:
    """Removes codes without an allowed partner until all have one; None when a column has no code left."""
    reduced = dict(domains)
    changed = True
    while changed:
        changed = False
        for (i, j), allowed in pairs.items():
            possible = ((i, allowed[:, reduced[j]].any(axis=1)), (j, allowed[reduced[i]].any(axis=0)))
            for column, partnered in possible:
                kept = reduced[column] & partnered
                if not kept.any():
                    return None
                changed = changed or bool(kept.sum() < reduced[column].sum())
                reduced[column] = kept
    return reduced
