"""Comparisons of layers as tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runs.layers.ranking.deletions import Deletions
from runs.layers.ranking.intervals import Interval
from runs.layers.ranking.ranking import Ranking
from runs.layers.ranking.settings import REFERENCE
from runs.layers.ranking.standings import Standing
from runs.layers.ranking.transfer import Transfer
from runs.text import count_text


def ranking_view(ranking: Ranking) -> RenderableType:
    """Returns a ranking: who won, every layer on the test images, and what was asked of the validation images."""
    lines = [
        (
            f"ranking: {ranking.seeds} trainings of {count_text(ranking.steps)} steps each in "
            f"{', '.join(ranking.networks)}; accuracies on the test images in %, differences to bn_relu paired by "
            "seed, 95 % intervals"
        ),
        *winner_lines(ranking),
    ]
    return Group(
        Text("\n".join(lines)),
        Text(),
        standings_table(ranking.standings, ranking.networks),
        Text(),
        differences_table(ranking.standings, ranking.networks),
        Text(),
        Text("\n".join(holdout_lines(ranking))),
    )


def winner_lines(ranking: Ranking) -> list[str]:
    """Says who won and where it stands, in a line or two."""
    winner = ranking.winner
    if winner is None:
        return ["no layer could be picked"]
    lines = [f"winner, picked on the validation images: {winner.name}  {winner.formula}"]
    if winner.difference is not None:
        sure = "excludes 0" if winner.difference.excludes_zero else "does not exclude 0"
        lines.append(f"on the mean over the networks {difference_text(winner.difference)} to bn_relu, which {sure}")
    return lines


def holdout_lines(ranking: Ranking) -> list[str]:
    """Says how often the validation images were looked at, and what was refused."""
    lines = [
        (
            "intervals are at 95 % each, on their own; p, that there is no difference on "
            f"{'the mean' if len(ranking.networks) > 1 else 'average'}, is corrected for the number of finalists, or "
            "of known layers (Holm), so it may leave open what an interval excludes; the winner's needs no correction"
        ),
        (
            f"validation images: looked at {ranking.looks} times, {ranking.spent} of {ranking.budget} answers spent "
            "(Thresholdout); where validation agrees with search, search is shown"
        ),
        "the winner and the known layers were trained with seeds that nothing was picked by, the finalists with others",
    ]
    if ranking.refused:
        names = ", ".join(ranking.refused)
        lines.append(f"the budget of validation answers is spent, so further looks were refused: {names}")
    return lines


def standings_table(standings: Sequence[Standing], networks: Sequence[str]) -> Table:
    """Returns the accuracies of layers as a table, best first.

    Args:
        standings: of one comparison.
        networks: columns of accuracies.
    """
    asked = any(standing.search is not None for standing in standings)
    table = _table(["", "layer", ""], _columns(networks) + (["search", "validation"] if asked else []))
    table.add_column("formula", overflow="fold")
    for row in standings:
        figures = [interval_text(row.accuracies.get(network)) for network in networks]
        figures += [interval_text(row.accuracy)] if len(networks) > 1 else []
        shares = [_share(row.search), _share(row.validation)] if asked else []
        table.add_row(str(row.place), row.name, _role_text(row), *figures, *shares, Text(row.formula))
    return table


def differences_table(standings: Sequence[Standing], networks: Sequence[str], reference: str = REFERENCE) -> Table:
    """Returns how layers differ from the reference as a table, in points of percent.

    Args:
        standings: of one comparison; the reference's own is left out.
        networks: columns of differences.
        reference: name of the layer to which differences were taken.
    """
    table = _table([f"to {reference}"], [*_columns(networks), "p, Holm", ""])
    for row in standings:
        if row.name != reference:
            figures = [difference_text(row.differences.get(network)) for network in networks]
            figures += [difference_text(row.difference)] if len(networks) > 1 else []
            chance = "" if row.difference is None else f"{row.p_value:.2g}"
            table.add_row(row.name, *figures, chance, row.verdict)
    return table


def transfer_view(transfers: Sequence[Transfer]) -> RenderableType:
    """Returns comparisons elsewhere, one table per network and data set."""
    parts: list[RenderableType] = []
    for found in transfers:
        seeds = max((row.accuracy.count for row in found.standings if row.accuracy), default=0)
        title = (
            f"{found.network} on {found.data or 'the images of the run'}: {seeds} trainings of "
            f"{count_text(found.steps)} steps each; accuracies on the test images in %, differences to bn_relu paired "
            "by seed, 95 % intervals"
        )
        parts += [Text(title), Text()]
        for table in (standings_table, differences_table):
            parts += [table(found.standings, [found.network]), Text()]
    return Group(*parts[:-1])


def deletions_view(found: Deletions) -> RenderableType:
    """Returns a layer beside what is left of it without each node, and what was turned away before training."""
    seeds = max((row.accuracy.count for row in found.standings if row.accuracy), default=0)
    title = (
        f"{found.name} without each of its nodes: {seeds} trainings of {count_text(found.steps)} steps each in "
        f"{', '.join(found.networks)}; accuracies on the test images in %, differences paired by seed, 95 % intervals"
    )
    turned_away = [f"{name}  turned away before training: {protocol}" for name, protocol in found.rejected.items()]
    return Group(
        Text(title),
        Text(),
        standings_table(found.standings, found.networks),
        Text(),
        differences_table(found.standings, found.networks, found.name),
        Text("\n".join(["", *turned_away]) if turned_away else ""),
    )


def interval_text(interval: Interval | None) -> str:
    """Writes an accuracy in percent with half the width of its interval; nothing where there is none."""
    if interval is None:
        return "failed"
    half = interval.high - interval.mean
    spread = f" ± {100 * half:.1f}" if interval.count > 1 else ""
    return f"{100 * interval.mean:.1f}{spread}"


def difference_text(interval: Interval | None) -> str:
    """Writes a difference of accuracies in points of percent with the ends of its interval."""
    if interval is None:
        return ""
    ends = f" [{100 * interval.low:+.1f}, {100 * interval.high:+.1f}]" if interval.count > 1 else ""
    return f"{100 * interval.mean:+.1f}{ends}"


def _table(left: Sequence[str], right: Sequence[str]) -> Table:
    """Returns an empty table with columns of words, then of figures."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in left:
        table.add_column(heading)
    for heading in right:
        table.add_column(heading, justify="right")
    return table


def _columns(networks: Sequence[str]) -> list[str]:
    return [*networks, *(["mean"] if len(networks) > 1 else [])]


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"


def _role_text(row: Standing) -> str:
    failed = f"{row.failures} failed" if row.failures else ""
    role = "" if row.role == "baseline" else row.role
    return ", ".join(filter(None, (role, failed)))
