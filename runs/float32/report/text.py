"""What a search for machine programs found and saved, in words."""

from __future__ import annotations

from runs.float32.report.data import Entry, Float32Data
from runs.report.text import work_text


def best_entry(data: Float32Data) -> Entry | None:
    """Returns the program to use, None where there is none."""
    return next((entry for entry in data.entries if entry.id == data.best), None)


def headline(data: Float32Data) -> str:
    """Says in one sentence what was searched and what was found."""
    best = best_entry(data)
    if best is None:
        return f"Searched {data.title}. No program was found yet."
    known = "checked on every input" if best.evidence else "in the search, not checked on every input"
    if best.max_ulp > data.max_ulp:
        return f"Searched {data.title}. No program is within the bound: the best is off by {best.max_ulp:.4g} ULP."
    return f"Searched {data.title}. The cheapest takes {best.cost:g} {data.unit}, {best.max_ulp:.4g} ULP {known}."


def saved_sentence(data: Float32Data) -> str:
    """Says how many candidates the protocols and the cache turned away, and what that saved."""
    count, saved = sum(cost.turned_away for cost in data.costs), sum(cost.saved for cost in data.costs)
    spent = sum(cost.seconds for cost in data.costs)
    return (
        f"{count:,} of {data.candidates:,} candidates, {count / max(data.candidates, 1):.1%}, were turned away. All "
        f"protocols took {work_text(spent)} of all workers together; stopping each candidate at the first that it "
        f"failed saved about {work_text(saved)}."
    )
