"""What a privacy claim, a fit and a share mean, in words."""

from __future__ import annotations

from runs.privacy.budget import Budget
from runs.report.text import TIMES
from runs.synthesis.report.claim import Accounting
from runs.synthesis.report.data import Fit, SynthesisData

EPSILON = "\N{GREEK SMALL LETTER EPSILON}"
DELTA = "\N{GREEK SMALL LETTER DELTA}"
RHO = "\N{GREEK SMALL LETTER RHO}"

INFERRED = (
    "The schema was read from the private data themselves: its ranges and categories, and all that this page and the "
    "table show of them, leak. The guarantee below does not cover that. Write a schema from public knowledge and run "
    "again before anything of this is released."
)
"""The warning on the page of a run whose schema was inferred."""


def percent_text(share: float, digits: int = 3) -> str:
    """Writes a share as a percentage: ``12.3 %``; tiny ones with fewer digits than noise would have."""
    percent = 100 * share
    if percent == 0 or abs(percent) >= 0.01:
        return f"{percent:.{digits}g} %"
    return f"{figure(percent, 2)} %"


def figure(value: float, digits: int = 4) -> str:
    """Writes a figure that may be large, small or in between: ``0.0306``, ``2.6e-4``, ``1,234``."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.{digits}g}"
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else text


def shortened(label: str, most: int) -> str:
    """Returns a label that takes at most so many characters."""
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def claim_text(accounting: Accounting | Budget) -> str:
    """Writes the claim on one line, epsilon and then delta."""
    return f"{EPSILON} = {figure(accounting.epsilon)}, {DELTA} = {figure(accounting.delta)}"


def headline(data: SynthesisData) -> str:
    """Says in one sentence what the table is and what protects the people behind it."""
    return (
        f"A synthetic table of {data.rows:,} rows and {len(data.marginals)} columns, evolved to answer queries as the "
        f"real data's noisy answers do, under differential privacy with {claim_text(data.accounting)}."
    )


def odds_text(accounting: Accounting) -> str:
    """Says what the claim means for somebody who knows everything but one row."""
    one_row = "is in the data" if accounting.neighbours == "add_remove" else "is the one or the other of two"
    return (
        f"For example: whoever knows all the other rows, and holds even odds that a given row {one_row}, ends with at "
        f"most {percent_text(accounting.odds_limit)} after seeing everything that this run publishes, but for a "
        f"probability of about {DELTA}."
    )


def fit_verdict(fit: Fit) -> tuple[str, str]:
    """Says what a ratio of squared residuals means, and a class: better, equal or worse.

    A table that answered exactly as the real data would have a ratio of 1 up to chance: its differences from the
    noisy answers would be the noise. One that follows the noise is below, one that cannot answer is above.
    """
    chance = 3 * (2 / max(fit.answers, 1)) ** 0.5
    if fit.ratio > 1 + chance:
        return f"{figure(fit.ratio, 3)}{TIMES} the noise: the table misses something here", "worse"
    if fit.ratio < 1 - chance:
        return "within the noise: closer to the noisy answers than the real data are", "better"
    return "what the noise alone explains", "equal"
