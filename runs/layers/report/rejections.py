"""The false rejections that a run folder holds, measured before by ``primordia rejections``."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence

from runs.folder.lookup import RowLookup
from runs.layers.protocol_costs import ProtocolCost
from runs.layers.ranking.intervals import share_interval
from runs.layers.ranking.rejections import PART, PURPOSE, FalseRejections, Rejections
from runs.layers.ranking.settings import REFERENCE
from runs.layers.ranking.standings import means_by_seed, scores
from runs.layers.ranking.trial_file import Training
from runs.layers.run import LayersRun


def read_rejections(
    run: LayersRun, trainings: Sequence[Training], costs: Sequence[ProtocolCost], errors: Sequence[float]
) -> Rejections | None:
    """Returns what the protocols cost in lost layers, as far as it was measured; None where it was not.

    Args:
        run: of a search for layers.
        trainings: of its trials.jsonl.
        costs: of its protocols.
        errors: mean errors of its scored candidates.
    """
    ours = [training for training in trainings if training.purpose == PURPOSE]
    networks = run.job.anchors.networks
    whole = {
        name
        for name in {training.name for training in ours}
        if {training.network for training in ours if training.name == name} >= set(networks)
    }
    means = {name: means_by_seed(layer, networks) for name, layer in scores(ours, PART).items()}
    accuracies = {name: statistics.fmean(found.values()) for name, found in means.items() if found and name in whole}
    if not errors or REFERENCE not in accuracies:
        return None
    median, reference = 1 - statistics.median(errors), accuracies[REFERENCE]
    sampled = _by_protocol(run, sorted(int(name) for name in whole if name.isdecimal()))
    found = [
        _judged(cost, [accuracies.get(name, math.nan) for name in sampled[cost.name]], median, reference)
        for cost in costs
        if cost.name in sampled
    ]
    return Rejections(tuple(found), median, reference, len(errors)) if found else None


def _by_protocol(run: LayersRun, identities: Sequence[int]) -> dict[str, list[str]]:
    """Returns the names of the layers that were trained by the protocol that had turned them away."""
    lookup = RowLookup(run.folder.evaluations)
    sampled: dict[str, list[str]] = defaultdict(list)
    for identity in identities:
        row = lookup.find(identity)
        if row is not None and row["protocol"]:
            sampled[row["protocol"]].append(str(identity))
    return sampled


def _judged(cost: ProtocolCost, accuracies: Sequence[float], median: float, reference: float) -> FalseRejections:
    """Counts the layers that would have been as good; those whose training failed, NaN here, are not."""
    trained = [accuracy for accuracy in accuracies if not math.isnan(accuracy)]
    return FalseRejections(
        protocol=cost.name,
        turned_away=cost.turned_away,
        sampled=len(accuracies),
        failed=len(accuracies) - len(trained),
        best=max(trained, default=math.nan),
        as_median=share_interval(sum(accuracy >= median for accuracy in trained), len(accuracies)),
        as_reference=share_interval(sum(accuracy >= reference for accuracy in trained), len(accuracies)),
        seconds=cost.seconds,
        saved=cost.saved,
    )
