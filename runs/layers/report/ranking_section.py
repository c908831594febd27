"""The section on the ranking: the best layers beside known ones on the test images, and what that shows."""

from __future__ import annotations

from collections.abc import Sequence

from runs.layers.ranking.intervals import Interval
from runs.layers.ranking.ranking import Ranking
from runs.layers.ranking.settings import REFERENCE
from runs.layers.ranking.standings import Standing
from runs.layers.report.data import LayersData, Rival
from runs.layers.report.interval_chart import interval_chart
from runs.layers.report.text import (
    holdout_sentence,
    interval_text,
    network_sentence,
    network_title,
    percent_text,
    rival_verdict,
    rivals_sentence,
    winner_sentence,
)
from runs.report.cells import figure_cell, note, row
from runs.report.document import section, table
from runs.report.markup import Node, node

_METHOD = (
    "Every layer was trained with the same seeds, so that differences are paired by seed; the intervals are Student's. "
    "They tell how results vary from seed to seed on these images, in these networks and after so many steps, and "
    "nothing of other images or longer trainings. p: that there is no difference on the mean over the networks; those "
    "of finalists and of known layers are adjusted for their number (Holm), that of the winner needs none, since it "
    "was picked on other images. Accuracies are on the test images."
)
_MISSING = (
    "No ranking yet: which layer is best, and whether any beats BN-ReLU, is open. Errors on the search images are of "
    "one training each and flatter what was selected by them. `primordia rank` trains the best layers again."
)


def ranking_section(data: LayersData) -> Node:
    """Returns the section, or one that says that there is no ranking.

    Args:
        data: the report.
    """
    ranking = data.ranking
    if ranking is None:
        return section("Against known layers", node("p", _MISSING))
    return section(
        "Against known layers",
        *_findings(ranking, data.rivals),
        interval_chart(ranking.standings, ranking.networks),
        _legend(ranking),
        standings_table(ranking.standings, ranking.networks),
        note(_METHOD),
        _rivals(data.rivals),
        _formulas(ranking.standings),
    )


def standings_table(standings: Sequence[Standing], networks: Sequence[str]) -> Node:
    """Returns layers with their accuracies, best first.

    Args:
        standings: of one comparison.
        networks: columns.
    """
    means = ["mean"] if len(networks) > 1 else []
    titles = ("", "layer", *map(network_title, networks), *means, "to BN-ReLU, points", "p", "")
    rows = [_standing(standing, networks) for standing in standings]
    return table(titles, rows, "standings")


def _findings(ranking: Ranking, rivals: Sequence[Rival]) -> list[Node]:
    """Says in plain words what is shown and what is not."""
    winner = ranking.winner
    if winner is None:
        return [node("p", "No layer could be picked: trainings failed, or the budget of validation answers was spent.")]
    texts = [winner_sentence(ranking, winner)]
    if len(ranking.networks) > 1:
        texts.append(network_sentence(winner))
    texts += [rivals_sentence(rivals), holdout_sentence(ranking)]
    return [node("p", text, class_="finding" if number == 0 else None) for number, text in enumerate(texts) if text]


def _legend(ranking: Ranking) -> Node:
    entries = [("winner", "winner"), ("finalist", "finalist"), ("baseline", "known layer")]
    roles = {standing.role for standing in ranking.standings}
    spans = [node("span", text, class_=class_) for class_, text in entries if class_ in roles]
    seeds = f"{ranking.seeds} training{'s' * (ranking.seeds != 1)} of {ranking.steps:,} steps each in each network"
    return node("p", *spans, node("em", seeds), class_="legend")


def _standing(standing: Standing, networks: Sequence[str]) -> Node:
    failed = f"{standing.failures} failed" if standing.failures else ""
    role = "" if standing.role == "baseline" else standing.role
    remark = ", ".join(filter(None, (role, failed)))
    name = node("td", standing.name, *([node("div", remark, class_="note")] if remark else []))
    figures = [figure_cell(_accuracy(standing.accuracies.get(network))) for network in networks]
    figures += [figure_cell(_accuracy(standing.accuracy))] if len(networks) > 1 else []
    is_reference = standing.name == REFERENCE
    difference = None if is_reference else standing.difference
    compared = [
        figure_cell("—" if difference is None else interval_text(difference)),
        figure_cell("—" if difference is None else f"{standing.p_value:.2g}"),
        node("td", "" if is_reference else standing.verdict, class_=standing.verdict or None),
    ]
    place = node("td", str(standing.place), class_="number")
    return row(place, name, *figures, *compared, class_=standing.role)


def _accuracy(interval: Interval | None) -> str:
    """Writes an accuracy in percent with half the width of its interval."""
    if interval is None:
        return "failed"
    half = f" ± {100 * (interval.high - interval.mean):.1f}" if interval.count > 1 else ""
    return f"{100 * interval.mean:.1f}{half}"


def _rivals(rivals: Sequence[Rival]) -> Node | None:
    if not rivals:
        return None
    rows = []
    for rival in rivals:
        verdict, class_ = rival_verdict(rival)
        figures = (interval_text(rival.difference), f"{rival.p_value:.2g}")
        rows.append(row(rival.name, *map(figure_cell, figures), node("td", verdict, class_=class_)))
    titles = ("known layer", "winner minus it, points", "p, adjusted", "the winner is")
    hint = note(
        "Paired by seed on the mean over the networks; the intervals are not adjusted for the number of layers."
    )
    return node("div", node("h4", "The winner against each known layer"), table(titles, rows, "rivals"), hint)


def _formulas(standings: Sequence[Standing]) -> Node:
    """Lists the formulas, with the accuracies on the images that the search and the picking saw."""
    rows = []
    for standing in standings:
        seen = ["—" if share is None else percent_text(share) for share in (standing.search, standing.validation)]
        formula = node("td", node("code", standing.formula))
        rows.append(row(standing.name, *map(figure_cell, seen), formula, class_=standing.role))
    titles = ("layer", "search", "validation", "formula")
    summary = node("summary", "Formulas, and accuracies on the search and validation images")
    hint = note("Where validation agrees with search, Thresholdout shows search; known layers are not asked about.")
    return node("details", summary, table(titles, rows, "formulas"), hint)
