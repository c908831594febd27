"""What a comparison of layers and the counters of a search mean, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runs.layers.protocol_costs import TRAINING
from runs.layers.ranking.intervals import Interval
from runs.layers.ranking.ranking import Ranking
from runs.layers.ranking.settings import REFERENCE
from runs.layers.ranking.standings import SIGNIFICANT, Standing
from runs.layers.report.data import LayersData, Rival
from runs.report.text import MINUS, work_text

NETWORK_TITLES = {"resnet": "ResNet", "mobilenet": "MobileNet", "efficientnet": "EfficientNet", "vit": "ViT"}
"""Names of the networks as they are written."""


def network_title(name: str) -> str:
    """Returns a network's name as it is written."""
    return NETWORK_TITLES.get(name, name)


def percent_text(share: float) -> str:
    """Writes an error or an accuracy in percent: ``12.3 %``."""
    return f"{100 * share:.1f} %"


def points_text(difference: float) -> str:
    """Writes a difference of accuracies in points of percent, with its sign: ``+1.2``."""
    points = round(100 * difference, 1)
    return f"{points:+.1f}".replace("-", MINUS) if points else "0.0"


def interval_text(interval: Interval) -> str:
    """Writes a difference with the ends of its interval, where it has one: ``+1.2 [+0.3, +2.1]``."""
    if interval.count < 2:
        return points_text(interval.mean)
    return f"{points_text(interval.mean)} [{points_text(interval.low)}, {points_text(interval.high)}]"


def listed(names: Sequence[str]) -> str:
    """Writes names in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def counted(count: int, noun: str) -> str:
    """Writes a number of things: ``1 look``, ``2 looks``."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def headline(data: LayersData) -> str:
    """Says in one sentence what was searched and what was found."""
    if data.layer is None:
        return f"Searched {data.title}. No candidate was scored yet."
    found = f"Searched {data.title}."
    ranking = data.ranking
    if ranking is None or ranking.winner is None or ranking.winner.difference is None:
        best = percent_text(min(candidate.mean for candidate in data.scored)) if data.scored else "unknown"
        return f"{found} The least mean error on the search images is {best}; no ranking has tested it."
    return f"{found} {winner_sentence(ranking, ranking.winner)}"


def winner_sentence(ranking: Ranking, winner: Standing) -> str:
    """Says how the winner compares with BN-ReLU on the mean over the networks."""
    if winner.difference is None:
        return f"Candidate {winner.name} won; there is no training of BN-ReLU to compare it with."
    difference = winner.difference
    if difference.count < 2:
        return (
            f"One training each puts candidate {winner.name} {points_text(difference.mean)} points of accuracy from "
            "BN-ReLU on the test images, which shows nothing."
        )
    where = "on the mean over the networks" if len(ranking.networks) > 1 else f"in {network_title(ranking.networks[0])}"
    ends = f"95 % interval {points_text(difference.low)} to {points_text(difference.high)}"
    size = f"{100 * abs(difference.mean):.1f} points of accuracy"
    if winner.verdict == "better":
        return f"Candidate {winner.name} beats BN-ReLU on the test images by {size} {where} ({ends})."
    if winner.verdict == "worse":
        return f"Candidate {winner.name} falls short of BN-ReLU on the test images by {size} {where} ({ends})."
    mean = points_text(difference.mean)
    return (
        f"No difference between candidate {winner.name} and BN-ReLU is shown on the test images: {mean} points of "
        f"accuracy {where} ({ends})."
    )


def network_sentence(winner: Standing) -> str:
    """Says in which networks the winner is better or worse than BN-ReLU, and where nothing is shown."""
    sides: dict[str, list[str]] = {"better": [], "worse": [], "open": []}
    for network, interval in winner.differences.items():
        side = "open" if not interval.excludes_zero else "better" if interval.mean > 0 else "worse"
        sides[side].append(network_title(network))
    parts = [
        f"{what} in {listed(sides[side])}"
        for side, what in (
            ("better", "better than BN-ReLU"),
            ("worse", "worse"),
            ("open", "no difference shown"),
        )
        if sides[side]
    ]
    return f"Taken alone, by 95 % intervals: {'; '.join(parts)}." if parts else ""


def rival_verdict(rival: Rival) -> tuple[str, str]:
    """Says how the winner compares with a known layer, and a class: better, worse or equal."""
    if rival.p_value >= SIGNIFICANT:
        return "not shown", "equal"
    return ("better", "better") if rival.difference.mean > 0 else ("worse", "worse")


def rivals_sentence(rivals: Sequence[Rival]) -> str:
    """Says which known layers the winner beats, which beat it, and where nothing is shown."""
    sides: dict[str, list[str]] = {"better": [], "worse": [], "not shown": []}
    for rival in rivals:
        if rival.name != REFERENCE:
            sides[rival_verdict(rival)[0]].append(rival.name)
    parts = [
        f"{what} {listed(sides[side])}"
        for side, what in (
            ("better", "better than"),
            ("worse", "worse than"),
            ("not shown", "no difference is shown to"),
        )
        if sides[side]
    ]
    return f"Beside other known layers (p adjusted for their number): {'; '.join(parts)}." if parts else ""


def holdout_sentence(ranking: Ranking) -> str:
    """Says how often the validation images were looked at, and what was refused."""
    text = (
        "The winner was picked on the validation images, which Thresholdout guards: "
        f"{counted(ranking.looks, 'look')} so far, {ranking.spent} of {ranking.budget} answers spent. The test images "
        "were looked at after that."
    )
    if ranking.refused:
        text += f" The budget was spent before these were asked about: {listed(ranking.refused)}."
    return text


def saved_sentence(data: LayersData) -> str:
    """Says how many candidates were turned away before they were trained, and what that saved."""
    early = [cost for cost in data.costs if cost.name != TRAINING]
    count, saved = sum(cost.turned_away for cost in early), sum(cost.saved for cost in early)
    spent = sum(cost.seconds for cost in early)
    share = count / max(data.candidates, 1)
    return (
        f"{count:,} of {data.candidates:,} candidates, {percent_text(share)}, were turned away before they were "
        f"trained in all networks. That took {work_text(spent)} of all workers together and saved about "
        f"{work_text(saved)}."
    )


def share_text(interval: Interval) -> str:
    """Writes a share in percent with the ends of its interval: ``10 % [0, 45]``."""
    return f"{100 * interval.mean:.0f} % [{100 * interval.low:.0f}, {100 * interval.high:.0f}]"


def best_text(accuracy: float) -> str:
    """Writes an accuracy that may be missing."""
    return "—" if math.isnan(accuracy) else percent_text(accuracy)
