"""The sections on what is promised and what was spent on what."""

from __future__ import annotations

from runs.privacy.explain import CostRow
from runs.report.cells import figure_cell, row
from runs.report.document import section, table
from runs.report.markup import Node, node
from runs.synthesis.report.claim import Accounting, Release
from runs.synthesis.report.text import DELTA, EPSILON, RHO, figure, odds_text, percent_text


def accounting_section(claim: Accounting) -> Node:
    """Returns the section that says in words and in figures what is protected and what was spent."""
    words = [node("p", text) for text in (*claim.paragraphs, odds_text(claim))]
    rows = [
        row("zCDP", *(f"{RHO} = {figure(rho)}" for rho in (claim.rho, claim.rho_spent))),
        row(
            f"({EPSILON}, {DELTA})",
            *(
                f"{EPSILON} = {figure(epsilon)}, {DELTA} = {figure(claim.delta)}"
                for epsilon in (claim.epsilon, claim.epsilon_spent)
            ),
        ),
    ]
    return section("Privacy", node("div", *words, class_="plain"), table(("", "budget", "spent"), rows, "budget"))


def spending_section(claim: Accounting) -> Node:
    """Returns the section of what was measured at which noise: by noise, then release by release, folded away."""
    titles = ("what was asked", "releases", "answers", "noise", RHO, "of the budget")
    rows = [*map(_cost, claim.costs), _total(claim)]
    return section("What was measured", table(titles, rows, "spending"), _releases(claim))


def _cost(cost: CostRow) -> Node:
    return row(
        cost.what,
        figure_cell(f"{cost.releases:,}"),
        figure_cell("—" if cost.answers is None else f"{cost.answers:,}"),
        cost.noise,
        figure_cell(figure(cost.rho)),
        figure_cell(percent_text(cost.share)),
    )


def _total(claim: Accounting) -> Node:
    cells = (f"{claim.num_releases:,}", "", "", figure(claim.rho_spent), percent_text(claim.rho_spent / claim.rho))
    return row(node("td", node("strong", "together")), *map(figure_cell, cells))


def _releases(claim: Accounting) -> Node:
    titles = ("release", "what was asked", "noise", "answers", RHO)
    hidden = claim.num_releases - len(claim.releases)
    more = node("p", f"and {hidden:,} more, in ledger.jsonl", class_="note") if hidden else None
    listed = table(titles, map(_release, claim.releases), "ledger")
    return node("details", node("summary", "Release by release"), listed, more)


def _release(release: Release) -> Node:
    return row(
        node("td", release.id, class_="number"),
        release.what,
        release.noise,
        figure_cell(f"{release.answers:,}" if release.answers else "—"),
        figure_cell(figure(release.rho)),
    )
